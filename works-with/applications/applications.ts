import type { ApplicationDrive } from '../program.ts';
import { actualBudget } from './actual-budget/drive.ts';
import { apacheAirflow } from './apache-airflow/drive.ts';
import { apacheModAuthOpenidc } from './apache-mod-auth-openidc/drive.ts';
import { apacheSuperset } from './apache-superset/drive.ts';
import { chainlit } from './chainlit/drive.ts';
import { directus } from './directus/drive.ts';
import { djangoAllauth } from './django-allauth/drive.ts';
import { expressOpenidConnect } from './express-openid-connect/drive.ts';
import { flaskOidc } from './flask-oidc/drive.ts';
import { jupyterhub } from './jupyterhub/drive.ts';
import { matrixSynapse } from './matrix-synapse/drive.ts';
import { miniflux } from './miniflux/drive.ts';
import { mozillaDjangoOidc } from './mozilla-django-oidc/drive.ts';
import { nodeRed } from './node-red/drive.ts';
import { oauth2Proxy } from './oauth2-proxy/drive.ts';
import { openWebui } from './open-webui/drive.ts';
import { panel } from './panel/drive.ts';
import { pgadmin } from './pgadmin/drive.ts';
import { springSecurity } from './spring-security/drive.ts';
import { streamlit } from './streamlit/drive.ts';

/** Applications that are driven, by the name of their folder. */
export const APPLICATIONS: Readonly<Record<string, ApplicationDrive>> = {
  'actual-budget': actualBudget,
  'apache-airflow': apacheAirflow,
  'apache-mod-auth-openidc': apacheModAuthOpenidc,
  'apache-superset': apacheSuperset,
  chainlit,
  directus,
  'django-allauth': djangoAllauth,
  'express-openid-connect': expressOpenidConnect,
  'flask-oidc': flaskOidc,
  jupyterhub,
  'matrix-synapse': matrixSynapse,
  miniflux,
  'mozilla-django-oidc': mozillaDjangoOidc,
  'node-red': nodeRed,
  'oauth2-proxy': oauth2Proxy,
  'open-webui': openWebui,
  panel,
  pgadmin,
  'spring-security': springSecurity,
  streamlit,
};
