-- Which program an application is, so that what is set there can be shown again.

alter table application add column preset text
  constraint application_preset_is_a_word check (preset ~ '^[a-z0-9][a-z0-9-]{0,39}$');
comment on column application.preset is 'The preset it was registered by (a folder of works-with/applications); null when its settings were entered. May name one that this version does not know.';
