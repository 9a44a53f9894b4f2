import { Construct, type IConstruct } from 'constructs';
import { KeelsonError } from './errors.ts';
import type { Service } from './service.ts';

/** How the value of a key comes to be. */
export type SecretSource =
  | { readonly from: 'generated'; readonly length: number }
  | { readonly from: 'human'; readonly about: string }
  | { readonly from: 'operator'; readonly operator: string };

export interface SecretProps {
  /** The Secret's name. */
  readonly name: string;
  readonly keys: Readonly<Record<string, SecretSource>>;
}

/** A Secret that a service needs. Its values never pass through synth; the environment's backend brings them. */
export class SecretDeclaration extends Construct {
  readonly owner: Service;
  readonly name: string;
  readonly keys: Readonly<Record<string, SecretSource>>;

  constructor(owner: Service, { name, keys }: SecretProps) {
    super(owner, `secret-${name}`);
    if (Object.keys(keys).length === 0) {
      throw new KeelsonError(owner, 'secret/no-keys', {
        message: `secret '${name}' declares no keys`,
        hint: 'name each key and how its value comes to be',
      });
    }
    this.owner = owner;
    this.name = name;
    this.keys = keys;
  }

  static isSecretDeclaration(construct: IConstruct): construct is SecretDeclaration {
    return construct instanceof SecretDeclaration;
  }
}

/** A value that is made once and kept. */
export const generated = (length = 32): SecretSource => ({ from: 'generated', length });
/** A value that somebody has to give. */
export const human = (about: string): SecretSource => ({ from: 'human', about });
/** A value that an operator writes. */
export const madeBy = (operator: string): SecretSource => ({ from: 'operator', operator });
