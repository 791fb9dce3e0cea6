import { startStandIn } from '../../../../src/stand-ins/start-stand-in.ts';
import type { Walk } from '../../screen.ts';

/** The page of `gatehouse dev provider`: who logs in, people, what goes wrong, the last requests. */
export const standIn: Walk = {
  title: 'Stand-in of a provider',
  async walk(stage, see) {
    const people = ['lena@fabrikam.example'];
    const { standIn: running } = await startStandIn({ as: 'entra-id', port: 0, redirectUris: [], people });
    try {
      const page = await stage.newVisitor();
      await page.goto(`${running.origin}/`);
      await see(page, 'Stand-in, at its start');
      await fetch(`${running.issuer}/.well-known/openid-configuration`);
      await page.reload();
      for (const fold of await page.locator('summary').all()) await fold.click();
      await see(page, 'Stand-in, after a request');
    } finally {
      await running.close();
    }
  },
};
