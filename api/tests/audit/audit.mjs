// Holds a running node against the public audit of GraphQL over HTTP (graphql-http's
// `auditServer`). Any MUST or SHOULD that is not met makes it fail; a MAY is only told.
import { auditServer } from 'graphql-http';

const [url, token] = process.argv.slice(2);
if (!url) {
  console.error('usage: audit/run <url of /graphql> [token]');
  process.exit(2);
}

const results = await auditServer({
  url,
  fetchFn: (address, init = {}) => {
    const headers = new Headers(init.headers);
    if (token) headers.set('authorization', `Bearer ${token}`);
    return fetch(address, { ...init, headers });
  },
});

const unmet = results.filter((result) => result.status !== 'ok');
for (const { id, name, reason } of unmet) console.log(`not met  ${id}  ${name}: ${reason}`);
for (const level of ['MUST', 'SHOULD', 'MAY']) {
  const of = results.filter((result) => result.name.startsWith(level));
  console.log(`${level}: ${of.filter((result) => result.status === 'ok').length} of ${of.length} met`);
}
const failed = results.length === 0 || unmet.some((result) => !result.name.startsWith('MAY'));
process.exit(failed ? 1 : 0);
