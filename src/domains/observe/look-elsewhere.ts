import { matchesToken } from '../diagnose/read-value.ts';
import type { AskDns } from '../dns/ask-dns.ts';
import type { DnsServer } from '../dns/dns-server.ts';
import { challengeName } from '../domain.ts';
import { findServers } from './ask-authorities.ts';
import type { Observation, View } from './observation.ts';

interface About {
  domain: string;
  token: string;
  formerNameServers: readonly string[];
  /** An authoritative server of the zone that answers. */
  server: DnsServer;
  view: View;
}

/**
 * The record is missing at its name: where it may lie by mistake. Only names of the domain itself are asked, at an
 * authoritative server, and nothing found here proves anything.
 */
export async function lookElsewhere(
  dns: AskDns,
  about: About,
  signal: AbortSignal,
): Promise<Pick<Observation, 'elsewhere' | 'otherType' | 'formerServers'>> {
  const { domain, token, server } = about;
  const name = challengeName(domain);
  const has = async (at: DnsServer, where: string): Promise<boolean> => {
    const answer = await dns.ask(at, where, 'TXT', signal);
    return answer.outcome === 'found' && answer.records.some((value) => matchesToken(value, token));
  };
  const places = [
    { place: 'doubled' as const, name: `${name}.${domain}` },
    { place: 'elsewhere' as const, name: domain },
    { place: 'elsewhere' as const, name: `www.${domain}` },
    { place: 'elsewhere' as const, name: name.slice(1) },
  ].filter((place) => place.name.length <= 253);
  const [found, a, mx, formerServers] = await Promise.all([
    Promise.all(places.map(async (place) => ((await has(server, place.name)) ? place : undefined))),
    dns.ask(server, name, 'A', signal),
    dns.ask(server, name, 'MX', signal),
    findFormer(),
  ]);
  return {
    elsewhere: found.find((place) => place !== undefined) ?? null,
    otherType: a.outcome === 'found' ? 'A' : mx.outcome === 'found' ? 'MX' : null,
    formerServers,
  };

  async function findFormer(): Promise<string[]> {
    const names = about.formerNameServers.filter((former) => !about.view.nameServers.includes(former));
    const servers = await findServers(dns, about.view.resolver, names, signal);
    const answers = await Promise.all(
      servers.map(async (former) => ((await has(former.server, name)) ? [former.name] : [])),
    );
    return [...new Set(answers.flat())];
  }
}
