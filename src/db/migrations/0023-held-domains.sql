-- A domain that the holder of a setup link enters decides nothing before an administrator turns on what was prepared.

alter table domain_verification add column held boolean not null default false;
comment on column domain_verification.held is 'Entered by the holder of a setup link: not verified, whatever DNS shows, before an administrator turns the draft on or adds the domain.';
