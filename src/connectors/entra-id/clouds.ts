/**
 * Microsoft's clouds: registrations, directories and tokens of one are unknown in the others
 * (https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud).
 */
export const CLOUDS = ['global', 'us-government', 'china'] as const;
export type Cloud = (typeof CLOUDS)[number];

interface Hosts {
  /** Its login service. */
  login: string;
  /** Other names of it, which people paste. */
  aliases: readonly string[];
}

const HOSTS: Readonly<Record<Cloud, Hosts>> = {
  global: {
    login: 'login.microsoftonline.com',
    aliases: ['login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
  },
  'us-government': { login: 'login.microsoftonline.us', aliases: ['login.usgovcloudapi.net'] },
  china: { login: 'login.partner.microsoftonline.cn', aliases: ['login.chinacloudapi.cn'] },
};

/** Origin of the login service of the global cloud; a stand-in of the operator's takes the place of all of them. */
const MICROSOFT = `https://${HOSTS.global.login}`;

/** The cloud whose login service a host is; undefined for any other host. */
export function cloudOf(host: string): Cloud | undefined {
  return CLOUDS.find((cloud) => HOSTS[cloud].login === host || HOSTS[cloud].aliases.includes(host));
}

/** Origin of a cloud's login service. @param configured the operator's setting, Microsoft's own unless it is a stand-in */
export function authorityOf(cloud: Cloud, configured: string): string {
  return configured === MICROSOFT ? `https://${HOSTS[cloud].login}` : configured;
}

/** The clouds a directory may be found in, where none was chosen: the global one first. */
export function cloudsToAsk(configured: string): readonly Cloud[] {
  return configured === MICROSOFT ? CLOUDS : ['global'];
}
