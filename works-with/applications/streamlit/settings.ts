import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'streamlit',
  name: 'Streamlit',
  version: '1.67.0',
  words: ['python', 'data', 'dashboards', 'authlib'],
  mark: 'St',
  about: 'Data applications written as one Python script.',
  example: 'https://figures.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/oauth2callback'],
    // `st.logout()` sends its callback, see the file named there.
    postLogoutRedirectUris: ['{app}/oauth2callback'],
    initiateLoginUri: '{app}/',
  },
  there: [
    {
      where: '.streamlit/secrets.toml',
      format: 'toml',
      text: `[auth]
redirect_uri = "{app}/oauth2callback"
cookie_secret = "{random}"
client_id = "{clientId}"
client_secret = "{clientSecret}"
server_metadata_url = "{discovery}"

[auth.client_kwargs]
prompt = ""`,
    },
    {
      where: 'The script, at its top',
      format: 'python',
      text: `import streamlit as st

if not st.user.is_logged_in:
    st.button("Log in", on_click=st.login)
    st.stop()

st.sidebar.button("Log out", on_click=st.logout)
st.sidebar.write(st.user.get("email", st.user.sub))`,
    },
  ],
  notes: [
    'Authlib has to be there: `pip install "streamlit[auth]"`.',
    'PKCE is on by itself.',
    'Without `prompt = ""` it sends `select_account`: people are asked at each log-in which account to use.',
    '`st.user.email` may be missing; tell people apart by `st.user.sub`.',
  ],
  then: 'Start it again; the page has a button *Log in*.',
  lacks: [
    'It knows no back-channel logout: logging out of Gatehouse leaves people in there until its cookie ends, after 30 days.',
  ],
};
