import { type Amounts, amountOf, amountsIn } from './amounts.ts';
import { defineRule, type Fault } from './rule.ts';
import { pathText, show } from './schema/problem.ts';

export const validQuantities = defineRule('valid-quantities', {
  about: 'an amount of cpu, memory or storage that is none, or a request above its limit',
  of: ({ all }) => all.filter(({ object }) => amountsIn(object).length > 0),
  *judge({ object }) {
    for (const found of amountsIn(object)) {
      for (const [name, value] of Object.entries(found.amounts)) {
        const fault = faultOf(name, value) ?? aboveLimit(name, value, found);
        if (!fault) continue;
        yield { ...fault, message: `'${pathText([...found.path, name])}' ${fault.message}` };
      }
    }
  },
});

function faultOf(name: string, value: unknown): Fault | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined; // the schema's business
  const amount = amountOf(value);
  if (amount === undefined) {
    return {
      message: `must be an amount, got ${show(value)}`,
      hint: `such as '250m' or '2' for cpu, '512Mi' or '20Gi' for memory and storage; there is no 'MB' or 'gb'`,
    };
  }
  if (amount < 0)
    return { message: `must not be negative, got ${show(value)}`, hint: 'leave it out' };
  if (isBytes(name) && !Number.isInteger(amount)) {
    return {
      message: `is ${show(value)}, which is ${amount} bytes: 'm' means a thousandth`,
      hint: `memory and storage are written '512Mi' or '20Gi'`,
    };
  }
  if (/(^|\.)cpu$/.test(name) && amount > 0 && amount < 0.001) {
    return { message: `is ${show(value)}, less than '1m'`, hint: 'nothing finer is counted' };
  }
  return undefined;
}

const isBytes = (name: string): boolean =>
  /(^|\.)(memory|storage|ephemeral-storage|size|sizeLimit)$|^hugepages-/.test(name);

/** Leaves room for how fractions are stored. */
function aboveLimit(name: string, value: unknown, { limits }: Amounts): Fault | undefined {
  const most = amountOf(limits?.[name]);
  const amount = amountOf(value);
  if (most === undefined || amount === undefined || amount <= most * (1 + 1e-9)) return undefined;
  return {
    message: `asks for ${show(value)}, more than the limit of ${show(limits?.[name])}`,
    hint: 'raise the limit or lower the request; such a pod is refused',
  };
}
