import type { ApplicationPreset } from '../preset.ts';
import { preset as actualBudget } from './actual-budget/settings.ts';
import { preset as apacheAirflow } from './apache-airflow/settings.ts';
import { preset as apacheModAuthOpenidc } from './apache-mod-auth-openidc/settings.ts';
import { preset as apacheSuperset } from './apache-superset/settings.ts';
import { preset as chainlit } from './chainlit/settings.ts';
import { preset as directus } from './directus/settings.ts';
import { preset as djangoAllauth } from './django-allauth/settings.ts';
import { preset as expressOpenidConnect } from './express-openid-connect/settings.ts';
import { preset as flaskOidc } from './flask-oidc/settings.ts';
import { preset as jupyterhub } from './jupyterhub/settings.ts';
import { preset as matrixSynapse } from './matrix-synapse/settings.ts';
import { preset as miniflux } from './miniflux/settings.ts';
import { preset as mozillaDjangoOidc } from './mozilla-django-oidc/settings.ts';
import { preset as nodeRed } from './node-red/settings.ts';
import { preset as oauth2Proxy } from './oauth2-proxy/settings.ts';
import { preset as openWebui } from './open-webui/settings.ts';
import { preset as panel } from './panel/settings.ts';
import { preset as pgadmin } from './pgadmin/settings.ts';
import { preset as springSecurity } from './spring-security/settings.ts';
import { preset as streamlit } from './streamlit/settings.ts';

/** Every program that is connected by a preset, by name. One line each. */
export const PRESETS: readonly ApplicationPreset[] = [
  actualBudget,
  apacheAirflow,
  apacheModAuthOpenidc,
  apacheSuperset,
  chainlit,
  directus,
  djangoAllauth,
  expressOpenidConnect,
  flaskOidc,
  jupyterhub,
  matrixSynapse,
  miniflux,
  mozillaDjangoOidc,
  nodeRed,
  oauth2Proxy,
  openWebui,
  panel,
  pgadmin,
  springSecurity,
  streamlit,
];
