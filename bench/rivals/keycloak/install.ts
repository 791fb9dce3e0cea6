import { join } from 'node:path';
import { runCommand } from '../../../works-with/stage/run-command.ts';
import { findJavaKit, installOnce } from '../install.ts';

export const VERSION = '26.7.3';
/** Keycloak 26.7 runs on Java 21 and newer. */
const LEAST_JAVA = 21;

/** Keycloak, built for PostgreSQL. */
export interface InstalledKeycloak {
  /** Its own folder, with `bin/kc.sh`. */
  home: string;
  /** The Java development kit it runs on. */
  javaHome: string;
}

/**
 * The distribution from Maven Central, unpacked and built (`kc.sh build`): the optimized start is the one that its
 * documentation asks for in production. Throws where Java, Maven or the network are missing.
 */
export async function installKeycloak(): Promise<InstalledKeycloak> {
  const javaHome = findJavaKit(LEAST_JAVA);
  const environment = { JAVA_HOME: javaHome };
  const folder = await installOnce(`keycloak-${VERSION}`, async (into) => {
    const artifact = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
    const words = ['-B', '-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${into}`];
    await runCommand('mvn', words, { environment });
    const archive = join(into, `keycloak-quarkus-dist-${VERSION}.zip`);
    await runCommand(join(javaHome, 'bin', 'jar'), ['xf', archive], { cwd: into });
    await runCommand('rm', [archive]);
    const home = join(into, `keycloak-${VERSION}`);
    await runCommand('bash', [join(home, 'bin', 'kc.sh'), 'build', '--db=postgres'], {
      cwd: home,
      environment,
    });
  });
  return { home: join(folder, `keycloak-${VERSION}`), javaHome };
}
