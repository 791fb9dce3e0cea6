import { domainToASCII, domainToUnicode } from 'node:url';
import { mixesScripts } from '../base/scripts.ts';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DOMAIN_CHARACTERS = /^[\p{L}\p{M}\p{N}.\-。．｡]+$/u;

/**
 * A mail domain as it is compared: UTS-46 to ASCII, lower case; undefined when it is none. An address of the form
 * `127.0.0.1`, a single label, an underscore and a label that mixes scripts are refused.
 */
export function readMailDomain(typed: string): string | undefined {
  const text = typed.trim().normalize('NFC');
  // The URL parser behind domainToASCII would cut off at "/", decode "%41" and drop tabs: none may get there.
  if (text.length > 253 || !DOMAIN_CHARACTERS.test(text)) return undefined;
  const ascii = domainToASCII(text);
  const labels = ascii.split('.');
  if (ascii.length > 253 || labels.length < 2 || !labels.every((label) => LABEL.test(label))) return undefined;
  if (/^[0-9]+$/.test(labels.at(-1)!)) return undefined;
  const shown = domainToUnicode(ascii).split('.');
  if (shown.some((label) => label.startsWith('xn--') || mixesScripts(label))) return undefined;
  return ascii;
}

/**
 * Domains where anybody gets a mailbox: no organization owns their addresses, so they steer nobody and name no
 * directory. Not complete, and need not be: a routed domain is unique and set by an administrator above.
 */
const PUBLIC_MAIL_DOMAINS: ReadonlySet<string> = new Set(
  `gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.de hotmail.fr
  hotmail.it hotmail.es hotmail.co.uk live.com live.de live.fr live.nl live.co.uk msn.com passport.com
  yahoo.com yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.co.uk yahoo.co.jp yahoo.co.in yahoo.ca yahoo.com.br ymail.com
  rocketmail.com aol.com aol.de aim.com icloud.com me.com mac.com proton.me protonmail.com protonmail.ch pm.me
  gmx.com gmx.de gmx.net gmx.at gmx.ch gmx.fr gmx.us web.de mail.de freenet.de t-online.de magenta.de arcor.de
  posteo.de posteo.net mailbox.org tutanota.com tutanota.de tuta.com tuta.io tutamail.com keemail.me
  mail.com email.com usa.com zoho.com zohomail.com zohomail.eu fastmail.com fastmail.fm hey.com hushmail.com
  mail.ru bk.ru inbox.ru list.ru internet.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua seznam.cz email.cz
  centrum.cz wp.pl o2.pl onet.pl interia.pl op.pl gazeta.pl libero.it virgilio.it alice.it tiscali.it tin.it
  orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr bluewin.ch hispeed.ch sunrise.ch telenet.be skynet.be
  ziggo.nl kpnmail.nl planet.nl xs4all.nl hetnet.nl home.nl btinternet.com sky.com virginmedia.com talktalk.net
  ntlworld.com comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
  rogers.com shaw.ca sympatico.ca telus.net bigpond.com optusnet.com.au xtra.co.nz uol.com.br bol.com.br terra.com.br
  qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com naver.com daum.net
  hanmail.net kakao.com nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp rediffmail.com mailinator.com
  guerrillamail.com 10minutemail.com trashmail.com yopmail.com temp-mail.org sharklasers.com duck.com
  simplelogin.com mozmail.com privaterelay.appleid.com`.split(/\s+/),
);

/** Whether a domain (as {@link readMailDomain} gives it) hands out mailboxes to everybody. */
export function isPublicMailDomain(domain: string): boolean {
  return PUBLIC_MAIL_DOMAINS.has(domain);
}
