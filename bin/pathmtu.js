#!/usr/bin/env node
// Starts the program, which is one file in dist/, with what V8 compiled of it in an earlier run: parsing and
// compiling it anew takes longer than a round trip over half a continent. That is kept beside the file, as Python
// does: whoever may write there could as well change the program itself, which is not so of a folder for temporary
// files. Where it cannot be written, or V8 refuses it because it is from another version, the program only starts
// later. CommonJS (package.json beside this says so) spares the 5 ms that Node's loader of ES modules takes.
'use strict';

const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const file = join(__dirname, '../dist/pathmtu.cjs');
const source = readFileSync(file, 'utf8');
// The file begins with a hash of itself (scripts/bundle.mjs): V8 only compares lengths.
const [, fingerprint] = /^\/\/ (\w{16})/.exec(source);
const compiledFile = `${file}.${fingerprint}-${process.versions.v8}-${process.arch}`;

const cachedData = readIfThere(compiledFile);
const script = new Script(`(function (require, module, __filename) {${source}\n})`, {
  filename: file,
  cachedData,
});
const { program } = exportsOf(script);

let hasMeasured = false;
void program(process.argv.slice(2), () => {
  hasMeasured = true;
}).then((exitCode) => {
  process.exitCode = exitCode;
  const isCompiledKept = cachedData !== undefined && script.cachedDataRejected === false;
  if (hasMeasured && !isCompiledKept) keepCompiled();
});

function exportsOf(bundle) {
  const module = { exports: {} };
  bundle.runInThisContext()(createRequire(file), module, file);
  return module.exports;
}

/** By a rename: nobody reads half of it. */
function keepCompiled() {
  const unfinished = `${compiledFile}.${process.pid}`;
  try {
    writeFileSync(unfinished, script.createCachedData(), { flag: 'wx', flush: true });
    renameSync(unfinished, compiledFile);
  } catch {
    rmSync(unfinished, { force: true });
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
