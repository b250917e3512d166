import { stringify } from 'yaml';
import { cronExpression } from './duration.ts';
import type { SchedulePlan } from './plan.ts';

/** What a CronJob needs beside the plan. */
export interface KubernetesPlan extends SchedulePlan {
  /** Image with the program in it, whose entry point is `pathmtu`. */
  readonly image: string;
  /** Whether the gateways come from a file: it is then that of a ConfigMap. */
  readonly hasGatewaysFile: boolean;
}

/** Where the ConfigMap with the gateways file appears. */
export const CONFIG_FOLDER = '/etc/pathmtu';

/** A CronJob, and a claim for its memory. Null: cron, whose notation Kubernetes has, has no such interval. */
export function kubernetesManifest(plan: KubernetesPlan): string | null {
  const schedule = cronExpression(plan.everySeconds);
  if (schedule === null) return null;
  const documents = [claim(plan.name), cronJob(plan, schedule)];
  return `${HEADING}${documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n')}`;
}

function cronJob(plan: KubernetesPlan, schedule: string): object {
  const { name, image, checkArguments, stateDirectory, timeoutSeconds, hasGatewaysFile } = plan;
  const state = `/var/lib/${stateDirectory}`;
  const mounts = [
    ...(hasGatewaysFile ? [{ name: 'gateways', mountPath: CONFIG_FOLDER, readOnly: true }] : []),
    { name: 'state', mountPath: state },
  ];
  const volumes = [
    ...(hasGatewaysFile ? [{ name: 'gateways', configMap: { name: `${name}-gateways` } }] : []),
    { name: 'state', persistentVolumeClaim: { claimName: name } },
  ];
  const container = {
    name: 'check',
    image,
    args: [...checkArguments, '--state', state],
    securityContext: {
      // Kubernetes gives added capabilities to root only: root, without all that it else could.
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_RAW'] },
    },
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    volumeMounts: mounts,
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name },
    spec: {
      schedule,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 60,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: timeoutSeconds + 60,
          template: {
            spec: {
              restartPolicy: 'Never',
              automountServiceAccountToken: false,
              securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
              containers: [container],
              volumes,
            },
          },
        },
      },
    },
  };
}

function claim(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '64Mi' } } },
  };
}

const HEADING = `# Made by pathmtu schedule kubernetes. The job runs as root with one capability, NET_RAW, because Kubernetes gives
# added capabilities to no other user. A gateways file goes into a ConfigMap:
#   kubectl create configmap NAME-gateways --from-file=gateways.yaml
`;
