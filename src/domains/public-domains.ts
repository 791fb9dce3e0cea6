import common from 'email-providers/common.json' with { type: 'json' };
import { parse } from 'tldts';
import { AppError } from '../base/errors.ts';

/**
 * Mail providers beside those of the package `email-providers`: domains where anybody gets a mailbox. No organization owns
 * their addresses, so they steer nobody and name no directory.
 */
const MORE_PROVIDERS = `gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.de hotmail.fr
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
  simplelogin.com mozmail.com privaterelay.appleid.com`;

/**
 * Domains in the package's list whose addresses are those of one company's or university's own people: the list is made of
 * every domain that once had mailboxes and is often linked to. Their owners may claim them as anybody may claim theirs.
 */
const NO_PROVIDERS: ReadonlySet<string> = new Set(
  `alibaba.com ancestry.com aver.com bt.com casino.com clerk.com detik.com discovery.com dnsmadeeasy.com facebook.com
  geek.com hidemyass.com kansascity.com law.com looksmart.com mail-tester.com medscape.com name.com nus.edu.sg oath.com
  onmilwaukee.com parrot.com saudia.com singpost.com space.com swissinfo.org techspot.com test.de unican.es`.split(
    /\s+/,
  ),
);

const PUBLIC_MAIL_DOMAINS: ReadonlySet<string> = new Set([
  ...common.filter((domain) => !NO_PROVIDERS.has(domain)),
  ...MORE_PROVIDERS.split(/\s+/),
]);

/** Whether a domain (as `readMailDomain` gives it) hands out mailboxes to everybody. */
export function isPublicMailDomain(domain: string): boolean {
  return PUBLIC_MAIL_DOMAINS.has(domain);
}

/**
 * Whether domains of different owners lie directly below a domain: a public suffix of either division of the list
 * (publicsuffix.org, shipped with `tldts`), or a reverse zone (RFC 1035 3.5, RFC 3596 2.5).
 */
export function isSharedDomain(domain: string): boolean {
  return domain.endsWith('.arpa') || parse(domain, { allowPrivateDomains: true }).domain === null;
}

/**
 * Refuses a domain that cannot belong to one organization.
 * @throws domain.public, domain.suffix
 */
export function requireOwnable(domain: string): void {
  if (isPublicMailDomain(domain)) throw new AppError('domain.public', { values: { domain } });
  if (isSharedDomain(domain)) throw new AppError('domain.suffix', { values: { domain } });
}
