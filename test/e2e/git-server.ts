import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from './ports.ts';
import type { Workspace } from './workspace.ts';

const HEADER_END = '\r\n\r\n';

/** Serves the repositories of a folder over smart HTTP, the only kind that Flux speaks. Gives the base address. */
export async function startGitServer(workspace: Workspace, root: string): Promise<string> {
  const server = createServer((request, response) => serve(root, request, response));
  const port = await freePort();
  await new Promise<void>((done, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', done);
  });
  workspace.onClose(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}`;
}

/** Hands one request to `git http-backend`, which is a CGI program: environment in, headers and body out. */
function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const header = (name: string) => String(request.headers[name] ?? '');
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
    },
  });
  backend.once('error', () => response.writeHead(500).end('git is not installed'));
  backend.stdin.on('error', () => undefined); // git may answer before it has read everything
  request.pipe(backend.stdin);
  answer(backend.stdout, response);
}

function answer(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  output.on('data', (chunk: Buffer) => {
    if (response.headersSent) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(HEADER_END);
    if (end < 0) return;
    const headers = head
      .subarray(0, end)
      .toString('latin1')
      .split('\r\n')
      .map((line) => line.split(': ', 2) as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    for (const [name, value] of headers) if (name !== 'Status') response.setHeader(name, value);
    response.writeHead(Number.parseInt(status, 10));
    response.write(head.subarray(end + HEADER_END.length));
  });
  output.on('end', () => response.end());
}
