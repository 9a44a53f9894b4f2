import { Construct, type IConstruct } from 'constructs';
import { requireSecret } from './secret-rules.ts';
import type { SecretKeys } from './secret-source.ts';
import type { Service } from './service.ts';

export {
  derived,
  generated,
  human,
  literal,
  madeBy,
  type SecretKeys,
  type SecretSource,
  sha256Of,
} from './secret-source.ts';

export interface SecretProps {
  /** The Secret's name. */
  readonly name: string;

  /** Each key, and how its value comes to be. */
  readonly keys: SecretKeys;

  /**
   * The Secret's type, such as `kubernetes.io/basic-auth`; Kubernetes never changes it afterwards.
   * @default - Opaque
   */
  readonly type?: string;

  /**
   * Labels that somebody looks for on the Secret, such as an operator's reload label.
   * @default - none but the recommended ones
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A Secret that a service needs. Its values never pass through synth; the environment's backend brings them. */
export class SecretDeclaration extends Construct {
  readonly owner: Service;
  readonly name: string;
  readonly keys: SecretKeys;
  readonly type: string | undefined;
  readonly labels: Readonly<Record<string, string>>;

  constructor(owner: Service, { keys, labels = {}, name, type }: SecretProps) {
    requireSecret(owner, name, keys, type);
    super(owner, `secret-${name}`);
    this.owner = owner;
    this.name = name;
    this.keys = keys;
    this.type = type;
    this.labels = labels;
  }

  static isSecretDeclaration(construct: IConstruct): construct is SecretDeclaration {
    return construct instanceof SecretDeclaration;
  }
}
