/** The files of a new project by path: a platform of two environments that works at once. */
export function starterFiles(folder: string, version: string): Map<string, string> {
  return new Map([
    ['package.json', packageJson(folder, version)],
    ['tsconfig.json', TSCONFIG],
    ['cdk8s.yaml', CDK8S],
    ['.gitignore', GITIGNORE],
    ['README.md', README],
    ['charts/main.ts', PROGRAM],
    ['images/shop/nonprod.yaml', imageLock('staging')],
    ['images/shop/prod.yaml', imageLock('prod')],
  ]);
}

const TYPESCRIPT = '7.0.2';

function packageJson(folder: string, version: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const content = {
    name: name || 'platform',
    private: true,
    type: 'module',
    scripts: { synth: 'keelson synth', check: 'keelson check', types: 'tsc --noEmit' },
    devDependencies: { keelson: version, typescript: TYPESCRIPT },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2023"],
    "types": [],
    "module": "preserve",
    "moduleResolution": "bundler",
    "allowImportingTsExtensions": true,
    "noEmit": true,
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "exactOptionalPropertyTypes": true,
    "verbatimModuleSyntax": true,
    "skipLibCheck": true
  },
  "include": ["charts", "imports"]
}
`;

const CDK8S = `# for those who type \`cdk8s synth\`: it runs Keelson
language: typescript
app: npx keelson synth
output: dist
`;

const GITIGNORE = `node_modules/
.env
*.keelson-*
`;

const README = `# Our platform

\`charts/main.ts\` describes everything that runs, \`images/\` pins what it runs, and \`dist/\` is the
YAML that follows. All three are committed; nobody edits \`dist/\` by hand.

    npm install          once
    npx keelson synth    write dist/
    npx keelson check    look for mistakes without writing
    npx keelson list     what runs where
`;

const PROGRAM = `import { definePlatform, type Edge, Redis, WebApp } from 'keelson';

/** What brings requests in from outside: here an NGINX ingress controller that the clusters have. */
const ingress: Edge = { name: 'nginx', from: [{ namespace: 'ingress-nginx' }] };

/** One program for every environment: what differs between them stands in \`settings\`. */
export default definePlatform({
  name: 'shop',
  clusters: {
    nonprod: { provider: 'generic', kubernetes: '1.34' },
    prod: { provider: 'generic', kubernetes: '1.34' },
  },
  environments: {
    staging: {
      cluster: 'nonprod',
      tier: 'preproduction',
      domain: 'staging.shop.example.com',
      settings: { cacheMemory: '128Mi' },
    },
    prod: {
      cluster: 'prod',
      tier: 'production',
      domain: 'shop.example.com',
      settings: { cacheMemory: '1Gi' },
    },
  },
  compose(env) {
    const cache = new Redis(env.layer('data'), 'cache', {
      memory: env.settings.cacheMemory,
      availability: 'single', // 'replicated' survives the loss of a pod; its clients must speak Sentinel
      backup: false, // what a cache holds may be lost
    });

    new WebApp(env.layer('apps'), 'web', {
      image: 'web', // the name in images/shop/<cluster>.yaml
      port: 8080,
      uses: { CACHE: cache.keys('*').readWrite }, // gives it CACHE_HOST, CACHE_USER, CACHE_PASSWORD, CACHE_URL
      expose: { host: env.domain, through: ingress },
    });
  },
});
`;

function imageLock(environment: string): string {
  return `# What each environment runs. Stand-ins: put in what your pipeline has pushed.
${environment}:
  web:
    repository: registry.example.com/shop/web
    tag: 1.0.0
    digest: sha256:${'0'.repeat(64)}
`;
}
