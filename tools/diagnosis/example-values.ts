/** Examples for the sentences about a person, an organization and what was sent. */
export const about = {
  email: 'maria@contoso.example',
  user: 'maria@contoso.example',
  came: 'm.garcia@contoso.example',
  organization: 'Contoso',
  application: 'Reports',
  domain: 'contoso.example',
  host: 'login.contoso.example',
  redirect: 'https://sso.northwind.example/login/callback/org_a',
  client: 'gatehouse',
  page: 'Enter Your Password',
  problem: 'redirect_uri did not match',
};
