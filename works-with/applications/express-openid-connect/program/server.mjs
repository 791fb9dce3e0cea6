// A site of one page that says who came: node server.mjs PORT. How people log in is what the preset shows, in log-in.mjs.
import express from 'express';
import { logIn } from './log-in.mjs';

const app = express();
app.use(logIn);
app.get('/', (request, response) => {
  response.send(`<p>Hello ${request.oidc.user.email}</p><p><a href="/logout">Log out</a></p>`);
});
app.get('/refresh', async (request, response) => {
  const { access_token: before } = request.oidc.accessToken;
  const { access_token: after } = await request.oidc.accessToken.refresh();
  response.send(after === before ? 'the same' : 'renewed');
});
app.listen(Number(process.argv[2]), '127.0.0.1');
