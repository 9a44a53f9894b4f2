import { Lazy } from 'cdk8s';

/**
 * A value that is complete only after compose, such as the users of a database: never read it there.
 * It survives a spread, which a getter does not.
 */
export function late<T>(produce: () => T): T {
  return Lazy.any({ produce }) as T;
}
