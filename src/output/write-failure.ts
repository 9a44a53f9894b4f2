import { KeelsonError } from '../core/errors.ts';

const NOT_WRITABLE = {
  code: 'output/not-writable',
  message: 'cannot be written here',
  hint: 'check who owns the folder and the one around it, and that neither is mounted',
};
const DISK_FULL = {
  code: 'output/disk-full',
  message: 'there is no room for the new tree beside the old one',
  hint: 'free some space and run again; the old tree is untouched',
};
const NOT_A_FOLDER = {
  code: 'output/not-a-folder',
  message: 'a part of this path is a file, not a folder',
  hint: 'choose another --out, or move the file away',
};
const NAME_TOO_LONG = {
  code: 'output/bad-path',
  message: 'a path is longer than the file system allows',
  hint: 'shorten the names of platform, environment, layer or service',
};
const OTHER = {
  code: 'output/not-written',
  message: 'could not be written',
  hint: 'the old tree is untouched; see the cause',
};

const BY_CODE = new Map([
  ...['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV'].map((code) => [code, NOT_WRITABLE] as const),
  ...['ENOSPC', 'EDQUOT', 'EFBIG'].map((code) => [code, DISK_FULL] as const),
  ['ENOTDIR', NOT_A_FOLDER],
  ['ENAMETOOLONG', NAME_TOO_LONG],
]);

/** Whether an error comes from the operating system, and not from a mistake in our own code. */
export function isRefusedBySystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** What the operating system refused, in the user's words. */
export function writeFailure(out: string, cause: NodeJS.ErrnoException): KeelsonError {
  const { code = '', message } = cause;
  const known = BY_CODE.get(code) ?? OTHER;
  return new KeelsonError(out, known.code, {
    message: `${known.message} (${message})`,
    hint: known.hint,
    cause,
  });
}
