import { parseArgs } from 'node:util';
import { Misuse, Refusal } from '../failures.js';
import type { Command } from '../command.js';

export const tokenCommand: Command = {
  name: 'token',
  arguments: '--as EMAIL|most-machine [--scopes SCOPE,SCOPE…]',
  summary: 'print a bearer token of a demonstration account, for the API',
  details:
    'Only in the demonstration, with the PORT and DATA_DIR of the application that is to take it. The token lives an hour and stands for a sign-in with a second factor where the account is an official’s; that of most-machine stands for another system.\n' +
    'Example:  curl -H "Authorization: Bearer $(npm run --silent most -- token --as student@rs.demo)" http://127.0.0.1:3000/api/v1/applications',
  async run(words, house) {
    const { values } = parseArgs({
      args: [...words],
      options: { as: { type: 'string' }, scopes: { type: 'string' } },
    });
    const { demonstration, settings } = house;
    if (!demonstration || !settings.demonstration) {
      throw new Refusal(
        'Tokens are printed in the demonstration only. Elsewhere the identity provider of a person issues them.',
      );
    }
    if (!values.as) throw new Misuse('--as EMAIL is missing');
    if (values.as !== demonstration.machine && !demonstration.account(values.as)) {
      const known = [...demonstration.accounts().map(({ email }) => email), demonstration.machine];
      throw new Refusal(`There is no demonstration account ${values.as}. There are: ${known.join(', ')}`);
    }
    const scopes = values.scopes?.split(/[\s,]+/).filter(Boolean);
    const unknown = scopes?.filter((scope) => !demonstration.scopes().includes(scope)) ?? [];
    if (unknown.length > 0) {
      throw new Misuse(
        `no such scope: ${unknown.join(', ')}. There are: ${demonstration.scopes().join(', ')}`,
      );
    }
    house.print(await demonstration.token(settings, values.as, scopes));
    return 0;
  },
};
