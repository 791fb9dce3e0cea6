/** Who serves zones under these names of name servers; proper names, the same in every language. */
const HOSTS: readonly (readonly [ending: RegExp, host: string])[] = [
  [/\.ns\.cloudflare\.com$/, 'Cloudflare'],
  [/\.domaincontrol\.com$/, 'GoDaddy'],
  [/\.awsdns-\d+\.(?:com|net|org|co\.uk)$/, 'Amazon Route 53'],
  [/\.azure-dns\.(?:com|net|org|info)$/, 'Azure DNS'],
  [/\.googledomains\.com$/, 'Google Cloud DNS'],
  [/\.ui-dns\.(?:com|org|de|biz)$/, 'IONOS'],
  [/\.registrar-servers\.com$/, 'Namecheap'],
  [/\.(?:ovh\.net|anycast\.me)$/, 'OVHcloud'],
  [/\.(?:hetzner\.(?:com|de)|first-ns\.de|second-ns\.(?:com|de))$/, 'Hetzner'],
  [/\.digitalocean\.com$/, 'DigitalOcean'],
  [/\.gandi\.net$/, 'Gandi'],
  [/\.strato\.de$/, 'Strato'],
];

/** The DNS host that a domain's name servers belong to; undefined for several and for one we do not know. */
export function dnsHostOf(nameServers: readonly string[]): string | undefined {
  const hosts = new Set(nameServers.map((name) => HOSTS.find(([ending]) => ending.test(name.toLowerCase()))?.[1]));
  return hosts.size === 1 ? [...hosts][0] : undefined;
}
