import { expect, test } from 'vitest';
import { routeTarget } from '../../src/checks/route-target.ts';
import { judge } from './judge.ts';

const service = `
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
`;

const ingress = (name: string, port: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  rules:
    - host: a.example.com
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: ${name}, port: ${port} } } }
`;

const httpRoute = (backend: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec: { rules: [{ backendRefs: [{ ${backend} }] }] }
`;

const traefik = (backend: string): string => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: web }
spec: { routes: [{ kind: Rule, match: 'Host(\`a\`)', services: [{ ${backend} }] }] }
`;

test.each([
  ['an Ingress by name', ingress('web', '{ name: http }')],
  ['an Ingress by number', ingress('web', '{ number: 80 }')],
  ['an HTTPRoute', httpRoute('name: web, port: 80')],
  ['an IngressRoute by name', traefik('name: web, port: http')],
  ['an IngressRoute by number', traefik('name: web, port: 80')],
  ['an IngressRoute to a service of Traefik', traefik('name: api@internal, kind: TraefikService')],
])('is silent about %s', (_, route) => {
  const { said } = judge(routeTarget, route + service);
  expect(said).toEqual([]);
});

test('looks at each route that leads to a Service', () => {
  expect(judge(routeTarget, ingress('web', '{ number: 80 }') + service).looked).toBe(1);
  expect(judge(routeTarget, traefik('name: api@internal, kind: TraefikService')).looked).toBe(0);
});

test.each([
  ['Ingress', ingress('wbe', '{ number: 80 }')],
  ['HTTPRoute', httpRoute('name: wbe, port: 80')],
  ['IngressRoute', traefik('name: wbe, port: 80')],
])('fails when the Service of an %s is missing', (kind, route) => {
  expect(judge(routeTarget, route + service)).toEqual({
    looked: 1,
    said: [
      `error prod/apps/web: ${kind} 'web' leads to Service 'wbe', which is not in 'shop-prod'`,
    ],
    hints: ['known Services: web'],
  });
});

test.each([
  ['Ingress', 'https', ingress('web', '{ name: https }')],
  ['HTTPRoute', '8000', httpRoute('name: web, port: 8000')],
  ['IngressRoute', '8000', traefik('name: web, port: 8000')],
])('fails when the port of an %s is missing', (kind, port, route) => {
  expect(judge(routeTarget, route + service).said).toEqual([
    `error prod/apps/web: ${kind} 'web' leads to port '${port}' of Service 'web', which has none such`,
  ]);
});

test('leaves alone a Service in a namespace that is not ours', () => {
  const away = httpRoute('name: web, namespace: elsewhere, port: 80');
  expect(judge(routeTarget, away + service)).toEqual({ looked: 1, said: [], hints: [] });
});
