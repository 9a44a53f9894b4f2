/** Where everything here runs. */
export const clusters = {
  one: {
    provider: 'aws',
    region: 'eu-west-1',
    kubernetes: '1.34',
    zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  },
} as const;

/** The only environment. */
export const environments = {
  prod: { cluster: 'one', tier: 'preproduction', domain: 'example.com', settings: undefined },
} as const;
