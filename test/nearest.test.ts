import { expect, test } from '@jest/globals';
import { nearest } from '../src/nearest.ts';

const words = ['json', 'verbose', 'strategy', 'max', 'min'];

test.each([
  { word: 'jsn', near: 'json' },
  { word: 'verbos', near: 'verbose' },
  { word: 'strat', near: 'strategy' },
  { word: 'startegy', near: 'strategy' },
  { word: 'mox', near: 'max' },
  { word: 'frobnicate', near: null },
  { word: 'x', near: null },
  { word: '', near: null },
])('near $word is $near', ({ word, near }) => {
  expect(nearest(word, words)).toBe(near);
});
