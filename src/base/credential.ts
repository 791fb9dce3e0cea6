/** How we authenticate to an identity provider as its client: by nothing, by a secret it knows, or by a key of ours. */
export const CREDENTIALS = ['none', 'secret', 'private-key', 'certificate', 'federated'] as const;
export type Credential = (typeof CREDENTIALS)[number];
