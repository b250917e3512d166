import { describe, expect, test } from '@jest/globals';
import { VENDORS, gatewaysOfMaker, vendor } from '../../src/ike/vendors.ts';

describe('the vendor table', () => {
  test('has each id once, in kebab-case', () => {
    const ids = VENDORS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  });

  test('says how to enable whatever is off by default', () => {
    const off = VENDORS.filter((each) => each.default === 'off');
    expect(off.map(({ id }) => id)).toEqual(['rras', 'openiked', 'cisco-ios', 'huawei-usg', 'nokia-7750']);
    expect(off.filter(({ enable, setSize }) => enable.length + setSize.length === 0)).toEqual([]);
  });

  test('writes the size into every line that sets one', () => {
    const settable = VENDORS.filter(({ setSize }) => setSize.length > 0);
    expect(settable.filter(({ setSize }) => !setSize.some((line) => line.includes('{bytes}')))).toEqual([]);
  });

  test('names the registry value of RRAS', () => {
    expect(vendor('rras').enable[0]).toContain('EnableServerFragmentation');
  });

  test('leads from a maker to its gateways', () => {
    expect(gatewaysOfMaker('microsoft').map(({ id }) => id)).toEqual(['rras']);
    expect(gatewaysOfMaker('cisco').map(({ id }) => id)).toEqual(['cisco-ios', 'cisco-asa']);
    expect(gatewaysOfMaker('zyxel')).toEqual([]);
  });

  test('does not know what it does not have', () => {
    expect(() => vendor('acme')).toThrow('no vendor is called acme');
  });
});
