import { ENTRA_ID } from './entra-id.ts';
import type { Guide, GuideStep, Way } from './guide.ts';
import type { Preset } from './presets.ts';

type Ways = readonly [Way, ...Way[]];
/** Where a key of ours can be registered (`private_key_jwt`), and the browser alone brings an answer as well. */
const ALL: Ways = ['secret', 'private-key', 'code', 'id-token'];
/** The application keeps a credential. */
const CONFIDENTIAL: Ways = ['secret', 'private-key'];
const PUBLIC: Ways = ['code', 'id-token'];
/** All but one by a client secret. */
const NO_SECRET: Ways = ['private-key', ...PUBLIC];

/** The same at every provider. */
const ID_TOKEN: GuideStep = { text: 'guide.any.id-token', drawn: ['tick', 'choice', 'choice'], ways: ['id-token'] };
const PRIVATE_KEY: GuideStep = {
  text: 'guide.any.private-key',
  drawn: ['choice', 'field'],
  ways: ['private-key'],
  key: true,
};

/** The guides, by whose they are. Menus and words of the providers' pages stand nowhere else. */
export const GUIDES: Record<'entra-id' | Preset, Guide> = {
  'entra-id': ENTRA_ID,
  'google-workspace': {
    name: 'guide.google-workspace.name',
    opens: 'https://console.cloud.google.com/auth/clients',
    discoveryUrl: 'https://accounts.google.com',
    discoveryHelp: 'guide.google-workspace.discovery-url',
    ways: ['secret'],
    steps: [
      { text: 'guide.google-workspace.audience', drawn: ['menu', 'choice'] },
      { text: 'guide.google-workspace.create', drawn: ['menu', 'button', 'choice'] },
      { text: 'guide.google-workspace.redirect', drawn: ['button', 'field', 'button'], redirect: true },
      { text: 'guide.google-workspace.values', drawn: ['value', 'value'] },
      { text: 'guide.google-workspace.hosted-domain', drawn: [] },
    ],
  },
  okta: {
    name: 'guide.okta.name',
    discoveryHelp: 'guide.okta.discovery-url',
    ways: ALL,
    steps: [
      { text: 'guide.okta.create', drawn: ['menu', 'button', 'choice', 'choice'], ways: CONFIDENTIAL },
      { text: 'guide.okta.create-public', drawn: ['menu', 'button', 'choice', 'choice'], ways: PUBLIC },
      { text: 'guide.okta.redirect', drawn: ['tick', 'field'], redirect: true },
      { text: 'guide.okta.assign', drawn: ['choice', 'button'] },
      { text: 'guide.okta.public', drawn: ['tab', 'choice', 'tick'], ways: ['code'] },
      ID_TOKEN,
      PRIVATE_KEY,
      { text: 'guide.okta.values', drawn: ['tab', 'value', 'value'], ways: ['secret'] },
      { text: 'guide.okta.client-id', drawn: ['tab', 'value'], ways: NO_SECRET },
    ],
  },
  keycloak: {
    name: 'guide.keycloak.name',
    discoveryHelp: 'guide.keycloak.discovery-url',
    ways: ALL,
    steps: [
      { text: 'guide.keycloak.create', drawn: ['menu', 'button', 'choice', 'field'] },
      { text: 'guide.keycloak.confidential', drawn: ['tick', 'tick'], ways: CONFIDENTIAL },
      { text: 'guide.keycloak.public', drawn: ['untick', 'tick'], ways: ['code'] },
      { text: 'guide.keycloak.id-token', drawn: ['untick', 'tick'], ways: ['id-token'] },
      { text: 'guide.keycloak.redirect', drawn: ['field', 'button'], redirect: true },
      PRIVATE_KEY,
      { text: 'guide.keycloak.values', drawn: ['tab', 'value', 'value'], ways: ['secret'] },
      { text: 'guide.keycloak.client-id', drawn: ['value'], ways: NO_SECRET },
      { text: 'guide.keycloak.discovery', drawn: ['menu', 'value'] },
    ],
  },
  auth0: {
    name: 'guide.auth0.name',
    opens: 'https://manage.auth0.com/',
    discoveryHelp: 'guide.auth0.discovery-url',
    ways: ALL,
    steps: [
      { text: 'guide.auth0.create', drawn: ['menu', 'button', 'choice'] },
      { text: 'guide.auth0.redirect', drawn: ['field', 'button'], redirect: true },
      { text: 'guide.auth0.algorithm', drawn: ['button', 'tab', 'choice'] },
      { text: 'guide.auth0.public', drawn: ['tab', 'choice'], ways: PUBLIC },
      ID_TOKEN,
      PRIVATE_KEY,
      { text: 'guide.auth0.people', drawn: ['tab'] },
      { text: 'guide.auth0.values', drawn: ['tab', 'value', 'value', 'value'], ways: ['secret'] },
      { text: 'guide.auth0.client-id', drawn: ['tab', 'value', 'value'], ways: NO_SECRET },
    ],
  },
  'ping-one': {
    name: 'guide.ping-one.name',
    discoveryHelp: 'guide.ping-one.discovery-url',
    ways: ALL,
    steps: [
      { text: 'guide.ping-one.create', drawn: ['menu', 'button', 'choice', 'button'] },
      { text: 'guide.ping-one.redirect', drawn: ['tab', 'field'], redirect: true },
      { text: 'guide.ping-one.secret', drawn: ['tick', 'tick', 'choice', 'button'], ways: ['secret'] },
      { text: 'guide.ping-one.public', drawn: ['tick', 'tick', 'choice', 'choice', 'button'], ways: ['code'] },
      ID_TOKEN,
      PRIVATE_KEY,
      { text: 'guide.ping-one.claims', drawn: ['tab', 'choice', 'field'], namesAddress: true },
      { text: 'guide.ping-one.values', drawn: ['tab', 'value', 'value', 'value'], ways: ['secret'] },
      { text: 'guide.ping-one.client-id', drawn: ['tab', 'value', 'value'], ways: NO_SECRET },
    ],
  },
  'one-login': {
    name: 'guide.one-login.name',
    discoveryHelp: 'guide.one-login.discovery-url',
    ways: ['secret', ...PUBLIC],
    steps: [
      { text: 'guide.one-login.create', drawn: ['menu', 'button', 'choice', 'button'] },
      { text: 'guide.one-login.redirect', drawn: ['tab', 'field'], redirect: true },
      { text: 'guide.one-login.secret', drawn: ['tab', 'choice', 'choice', 'button'], ways: ['secret'] },
      { text: 'guide.one-login.public', drawn: ['tab', 'choice', 'button'], ways: ['code'] },
      ID_TOKEN,
      { text: 'guide.one-login.people', drawn: ['tab'], namesAddress: true },
      { text: 'guide.one-login.values', drawn: ['tab', 'value', 'value', 'value'], ways: ['secret'] },
      { text: 'guide.one-login.client-id', drawn: ['tab', 'value', 'value'], ways: PUBLIC },
    ],
  },
  'jump-cloud': {
    name: 'guide.jump-cloud.name',
    discoveryUrl: 'https://oauth.id.jumpcloud.com/',
    discoveryHelp: 'guide.jump-cloud.discovery-url',
    ways: ['secret', 'code'],
    steps: [
      { text: 'guide.jump-cloud.create', drawn: ['menu', 'button', 'choice', 'choice'] },
      { text: 'guide.jump-cloud.redirect', drawn: ['tab', 'field'], redirect: true },
      { text: 'guide.jump-cloud.secret', drawn: ['choice'], ways: ['secret'] },
      { text: 'guide.jump-cloud.public', drawn: ['choice'], ways: ['code'] },
      { text: 'guide.jump-cloud.claims', drawn: ['tick', 'tick'], namesAddress: true },
      { text: 'guide.jump-cloud.people', drawn: ['tab', 'button'] },
      { text: 'guide.jump-cloud.values', drawn: ['value', 'value'], ways: ['secret'] },
      { text: 'guide.jump-cloud.client-id', drawn: ['value'], ways: ['code'] },
      { text: 'guide.jump-cloud.discovery', drawn: [] },
    ],
  },
  gitlab: {
    name: 'guide.gitlab.name',
    discoveryUrl: 'https://gitlab.com',
    discoveryHelp: 'guide.gitlab.discovery-url',
    ways: ['secret', 'code'],
    steps: [
      { text: 'guide.gitlab.create', drawn: ['menu', 'button', 'field'] },
      { text: 'guide.gitlab.redirect', drawn: ['field', 'tick'], redirect: true, ways: ['secret'] },
      { text: 'guide.gitlab.redirect-public', drawn: ['field', 'untick'], redirect: true, ways: ['code'] },
      { text: 'guide.gitlab.scopes', drawn: ['tick', 'tick', 'tick', 'button'] },
      { text: 'guide.gitlab.values', drawn: ['value', 'value'], ways: ['secret'] },
      { text: 'guide.gitlab.client-id', drawn: ['value'], ways: ['code'] },
      { text: 'guide.gitlab.discovery', drawn: [] },
    ],
  },
  any: {
    name: 'guide.any.name',
    ways: ALL,
    steps: [
      { text: 'guide.any.create', drawn: ['choice', 'choice'] },
      { text: 'guide.any.redirect', drawn: ['field', 'field'], redirect: true },
      { text: 'guide.any.secret', drawn: ['tick', 'choice'], ways: ['secret'] },
      { text: 'guide.any.public', drawn: ['choice', 'choice', 'tick', 'tick'], ways: ['code'] },
      ID_TOKEN,
      PRIVATE_KEY,
      { text: 'guide.any.scopes', drawn: ['tick', 'tick', 'tick'] },
      { text: 'guide.any.values', drawn: ['value', 'value', 'value'], ways: ['secret'] },
      { text: 'guide.any.client-id', drawn: ['value', 'value'], ways: NO_SECRET },
    ],
  },
};
