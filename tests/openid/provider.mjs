// A real OpenID provider on loopback, with the provider's own sign-in pages. Says its address in one line once it listens.
import http from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// Installed beside this file, or in the folder that OPENID_PROVIDER names.
const from = createRequire(process.env.OPENID_PROVIDER ? pathToFileURL(`${process.env.OPENID_PROVIDER}/`) : import.meta.url);
const { default: Provider } = await import(pathToFileURL(from.resolve("oidc-provider")));
const given = JSON.parse(process.argv[2]);

const server = http.createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: given.client_id,
      client_secret: given.client_secret,
      redirect_uris: given.redirect_uris,
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...given.people[id] }) }),
});
server.on("request", provider.callback());
console.log(issuer);
process.on("SIGTERM", () => process.exit(0));
