import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApplicationDrive } from '../../program.ts';
import { installFromDebian } from '../../stage/install.ts';
import { startCommand } from '../../stage/run-command.ts';
import { preset } from './settings.ts';

const MODULES = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'mime', 'dir', 'filter', 'include', 'env'];

/** The link *Log out* of the one that runs. */
let logOutAt = '';

export const apacheModAuthOpenidc: ApplicationDrive = {
  preset,
  needs: ['Debian'],
  install: async (folder) => installFromDebian(folder, 'apache2-bin', 'libapache2-mod-auth-openidc'),
  async start({ folder, data, port, app, blocks: [host = '', link = ''] }) {
    logOutAt = link;
    const pages = join(data, 'pages');
    await mkdir(pages);
    await chmod(data, 0o755);
    await writeFile(join(pages, 'index.shtml'), '<p>Hello <!--#echo var="REMOTE_USER" --></p>\n');
    const modules = join(folder, 'usr/lib/apache2/modules');
    const own = `ServerRoot ${data}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile ${data}/apache.pid
DefaultRuntimeDir ${data}
ErrorLog ${data}/error.log
User www-data
Group www-data
${[...MODULES, 'auth_openidc'].map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
TypesConfig /dev/null
AddType text/html .shtml
AddOutputFilter INCLUDES .shtml
DirectoryIndex index.shtml
<VirtualHost *:${port}>
DocumentRoot ${pages}
<Directory ${pages}>
Options +Includes
</Directory>
${host}
</VirtualHost>
`;
    const file = join(data, 'apache.conf');
    await writeFile(file, own);
    return startCommand(join(folder, 'usr/sbin/apache2'), ['-f', file, '-DFOREGROUND'], {
      environment: { LD_LIBRARY_PATH: join(folder, 'usr/lib/x86_64-linux-gnu') },
      answers: app,
      log: join(data, 'apache.log'),
    });
  },
  logIn: async (page, app) => void (await page.goto(app)),
  isIn: async (page, email) => (await page.locator('body').innerText()).includes(`Hello ${email}`),
  logOut: async (page) => void (await page.goto(logOutAt)),
};
