import { Construct, type IConstruct } from 'constructs';

/** What a service says of its backups: they are made, or its data may be lost. */
export type BackupState = 'scheduled' | 'declined';

export class BackedUp extends Construct {
  readonly state: BackupState;

  constructor(service: Construct, state: BackupState) {
    super(service, 'backed-up');
    this.state = state;
  }

  /** Undefined: nobody thought of it. */
  static of(service: IConstruct): BackupState | undefined {
    const found = service.node.tryFindChild('backed-up');
    return found instanceof BackedUp ? found.state : undefined;
  }
}
