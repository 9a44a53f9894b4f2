import { fieldsIn } from './read.ts';
import { defineRule } from './rule.ts';

export const clearSecret = defineRule('clear-secret', {
  about: 'a Secret with its values in the output: whoever reads the repository reads them',
  of: (objects) => objects.of('/Secret'),
  *judge({ object }) {
    for (const field of ['data', 'stringData']) {
      const keys = Object.keys(fieldsIn(object, field)); // never the values
      if (keys.length === 0) continue;
      yield {
        message: `Secret '${object.metadata.name}' holds '${keys.join("', '")}' in clear in '${field}'`,
        hint: 'declare it with SecretDeclaration; the secret backend of the environment brings its values',
      };
    }
  },
});
