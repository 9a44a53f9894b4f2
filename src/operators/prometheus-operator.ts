import { splitImage } from './chart-values.ts';
import { helmOperator } from './helm-operator.ts';

/** Reads PodMonitors and their kin. Of the chart only the operator itself: what it runs is a service of its own. */
export const prometheusOperator = helmOperator({
  name: 'prometheus-operator',
  chart: 'kube-prometheus-stack',
  version: '88.3.0',
  repository: 'oci://ghcr.io/prometheus-community/charts',
  namespace: 'prometheus-operator',
  values: () => ({
    alertmanager: { enabled: false },
    defaultRules: { create: false },
    grafana: { enabled: false },
    kubeStateMetrics: { enabled: false },
    nodeExporter: { enabled: false },
    prometheus: { enabled: false },
  }),
  images: (at) => {
    const image = (name: string) => ({ image: splitImage(at(name)) });
    return {
      prometheusOperator: {
        ...image('quay.io/prometheus-operator/prometheus-operator'),
        prometheusConfigReloader: image('quay.io/prometheus-operator/prometheus-config-reloader'),
        admissionWebhooks: { patch: image('ghcr.io/jkroepke/kube-webhook-certgen') },
        thanosImage: splitImage(at('quay.io/thanos/thanos')),
      },
    };
  },
});
