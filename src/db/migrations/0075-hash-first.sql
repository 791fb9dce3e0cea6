-- A code or token is looked for by its hash, in the partitions of the days it can be of. In one partition all rows are of one day:
-- with the day first, each look read the whole index of that day (up to PostgreSQL 17; 18 skips), and got slower from login to login.

alter table oidc_code drop constraint oidc_code_pkey;
alter table oidc_code add primary key (code_hash, created_on);
alter table oidc_access_token drop constraint oidc_access_token_pkey;
alter table oidc_access_token add primary key (token_hash, created_on);
alter table oidc_refresh_token drop constraint oidc_refresh_token_pkey;
alter table oidc_refresh_token add primary key (token_hash, created_on);
