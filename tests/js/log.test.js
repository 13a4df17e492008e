import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { utf8 } from '../../site/js/bytes.js';
import { parseCheckpoint, parseDecimal } from '../../site/js/checkpoint.js';
import { useEngine } from '../../site/js/ed25519.js';
import { FormatError } from '../../site/js/errors.js';
import { isConsistent, leafHash, nodeHash, rootFromInclusion, rootOf } from '../../site/js/merkle.js';
import { isKeyName, keyId, parseNote, parseVerifierKey, verifierKey, verifyNote } from '../../site/js/signed-note.js';
import { parseTlogProof } from '../../site/js/tlog-proof.js';
import { fromBase64, fromHex, sharedFiles, toHex, toText, vectorsOf } from './vectors.js';

afterEach(() => useEngine(null));

const MERKLE = {
  root(vector) {
    return toHex(rootOf(vector.entries.map((entry) => leafHash(fromHex(entry))))) === vector.root;
  },
  inclusion: ({ leaf, index, size, root, path }) => isIncluded(fromHex(leaf), index, size, fromHex(root), path.map(fromHex)),
  consistency: ({ first, firstRoot, second, secondRoot, path }) =>
    isConsistent(first, fromHex(firstRoot), second, fromHex(secondRoot), path.map(fromHex)),
};

function isIncluded(leaf, index, size, root, path) {
  try {
    return toHex(rootFromInclusion(leaf, index, size, path)) === toHex(root);
  } catch (error) {
    assert.ok(error instanceof FormatError);
    return false;
  }
}

for (const vector of vectorsOf('merkle')) {
  test(`merkle ${vector.name}: ${vector.why}`, () => assert.equal(MERKLE[vector.kind](vector), vector.valid));
}

for (const { name, content } of sharedFiles('merkle/transparency-dev/inclusion')) {
  test(`merkle, transparency-dev inclusion ${name}`, () => {
    const { leafIdx, treeSize, root, leafHash: leaf, proof, wantErr } = content;
    assert.equal(isIncluded(fromBase64(leaf), leafIdx, treeSize, fromBase64(root), (proof ?? []).map(fromBase64)), !wantErr);
  });
}

for (const { name, content } of sharedFiles('merkle/transparency-dev/consistency')) {
  test(`merkle, transparency-dev consistency ${name}`, () => {
    const { size1, size2, root1, root2, proof, wantErr } = content;
    assert.equal(isConsistent(size1, fromBase64(root1), size2, fromBase64(root2), (proof ?? []).map(fromBase64)), !wantErr);
  });
}

test('merkle: every bit of a path counts', () => {
  const leaves = Array.from({ length: 7 }, (_, i) => leafHash(Uint8Array.of(i)));
  const root = rootOf(leaves);
  const path = [leaves[5], nodeHash(leaves[2], leaves[3])]; // not yet the path of leaf 4: it is made below
  const right = nodeHash(nodeHash(leaves[4], leaves[5]), leaves[6]);
  const left = nodeHash(nodeHash(leaves[0], leaves[1]), path[1]);
  assert.equal(toHex(nodeHash(left, right)), toHex(root));
  const good = [leaves[5], leaves[6], left];
  assert.ok(isIncluded(leaves[4], 4, 7, root, good));
  for (let bit = 0; bit < 3 * 256; bit++) {
    const flipped = good.map((hash) => hash.slice());
    flipped[bit >> 8][(bit & 255) >> 3] ^= 1 << (bit & 7);
    assert.ok(!isIncluded(leaves[4], 4, 7, root, flipped));
  }
});

for (const engine of ['webcrypto', 'tweetnacl']) {
  for (const vector of vectorsOf('signed-note')) {
    test(`signed-note with ${engine} ${vector.name}: ${vector.why}`, async () => {
      useEngine(engine);
      const read = () => parseNote(fromBase64(vector.note));
      if (!vector.parses) {
        assert.throws(read, FormatError);
        return;
      }
      const { name, publicKey } = parseVerifierKey(vector.vkey);
      assert.equal(verifierKey(name, publicKey), vector.vkey);
      assert.equal(await verifyNote(read(), name, publicKey), vector.valid);
    });
  }
}

test('signed-note: parts of the C2SP example', () => {
  const note = parseNote(fromBase64(vectorsOf('signed-note')[0].note));
  assert.equal(note.text, 'This is an example message.\n');
  assert.equal(note.signatures.length, 1);
  assert.equal(note.signatures[0].name, 'example.com/foo');
  assert.equal(toHex(note.signatures[0].keyId), '530d903a');
  assert.equal(note.signatures[0].value.length, 64);
});

test('signed-note: verifier keys that do not hold together are refused', () => {
  const good = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
  assert.equal(toHex(keyId('example.com/foo', parseVerifierKey(good).publicKey)), '530d903a');
  for (const bad of ['', good.slice(1), good.replace('530d', '530e'), good.replace('530d903a', '530D903A'), good.slice(0, -4),
    good.replace('+Aeky', '+Beky'), good.replace('example.com/foo', 'a b'), good + '=', good + '\n']) {
    assert.throws(() => parseVerifierKey(bad), FormatError, bad);
  }
});

test('signed-note: key names', () => {
  for (const name of ['a', 'example.com/log', 'é', 'a-b']) assert.ok(isKeyName(name));
  for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\u2003b', '\u3000']) assert.ok(!isKeyName(name));
});

test('signed-note: every bit of the C2SP example counts', async () => {
  const { note, vkey } = vectorsOf('signed-note')[0];
  const { name, publicKey } = parseVerifierKey(vkey);
  const bytes = fromBase64(note);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    let accepted = false;
    try {
      accepted = await verifyNote(parseNote(flipped), name, publicKey);
    } catch (error) {
      assert.ok(error instanceof FormatError);
    }
    assert.ok(!accepted, `bit ${bit}`);
  }
});

for (const vector of vectorsOf('tlog-proof')) {
  test(`tlog-proof ${vector.name}: ${vector.why}`, async () => {
    const read = () => {
      const proof = parseTlogProof(fromBase64(vector.proof));
      const note = parseNote(proof.checkpoint);
      return { ...proof, note, checkpoint: parseCheckpoint(note.text) };
    };
    if (!vector.valid) {
      assert.throws(read, FormatError);
      return;
    }
    const { entry, index, path, note, checkpoint } = read();
    assert.deepEqual(entry, fromBase64(vector.entry));
    assert.equal(index, vector.index);
    assert.deepEqual(path.map(toHex), vector.path);
    assert.deepEqual([checkpoint.origin, checkpoint.size, toHex(checkpoint.root)], [vector.origin, vector.size, vector.root]);
    const { name, publicKey } = parseVerifierKey(vector.vkey);
    assert.ok(await verifyNote(note, name, publicKey));
    assert.equal(isIncluded(leafHash(entry), index, checkpoint.size, checkpoint.root, path), vector.included);
  });
}

test('checkpoint: the example of c2sp.org/tlog-checkpoint', () => {
  const checkpoint = parseCheckpoint('example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n');
  assert.equal(checkpoint.origin, 'example.com/behind-the-sofa');
  assert.equal(checkpoint.size, 20852163);
  assert.equal(toHex(checkpoint.root), Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64').toString('hex'));
});

test('checkpoint: what is not one', () => {
  const root = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
  for (const text of ['', '\n', 'a\n1\n', `a\n1\n${root}`, `\n1\n${root}\n`, `a\n\n${root}\n`,
    `a\n1\n${root}\n\n`, `a\n01\n${root}\n`, `a\n-1\n${root}\n`, 'a\n1\nAAAA\n']) {
    assert.throws(() => parseCheckpoint(text), FormatError, JSON.stringify(text));
  }
  assert.equal(parseDecimal('0'), 0);
});

test('tlog-proof: the checkpoint is handed on byte for byte', () => {
  const { proof } = vectorsOf('tlog-proof')[0];
  const text = toText(fromBase64(proof));
  assert.deepEqual(parseTlogProof(fromBase64(proof)).checkpoint, utf8(text.slice(text.indexOf('\n\n') + 2)));
});
