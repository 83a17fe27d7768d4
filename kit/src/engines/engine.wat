;; The models of docs/formats.md on WebAssembly with 128-bit SIMD. wasm-memory.ts writes a model into the memory; `run`
;; reads the rows of lanes there and writes one int64 output a row. `npm run generate` assembles this file.
;;
;; No sum can overflow: decodeModel proved it from the blob (docs/formats.md, "Bounds").

(module
  (import "engine" "memory" (memory 1))

  ;; HEADER, at address 0: addresses, then counts. Addresses are in bytes.
  ;;   0 rows        4 outputs     8 weights     12 units      16 layers     20 last weights   24 trees
  ;;  28 sums       32 activations
  ;;  36 bytes a row   40 groups of four lanes      44 groups of four units      48 hidden layers
  ;;  52 groups of four inputs of the last layer     56 trees      60 depth
  ;;  64 i64 bias of the model: that of the linear part, and the last layer's, multiplied
  ;;  72 i64 multiplier of the last layer            80 scale of the units

  ;; Sum of products of `groups` times four int16 values and as many int32 weights.
  (func $dot (param $values i32) (param $weights i32) (param $groups i32) (result i64)
    (local $sum v128) (local $value v128) (local $weight v128)
    (block $done
      (loop $group
        (br_if $done (i32.eqz (local.get $groups)))
        (local.set $value (v128.load16x4_s (local.get $values)))
        (local.set $weight (v128.load (local.get $weights)))
        (local.set $sum (i64x2.add (local.get $sum)
          (i64x2.add (i64x2.extmul_low_i32x4_s (local.get $value) (local.get $weight))
                     (i64x2.extmul_high_i32x4_s (local.get $value) (local.get $weight)))))
        (local.set $values (i32.add (local.get $values) (i32.const 8)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
        (local.set $groups (i32.sub (local.get $groups) (i32.const 1)))
        (br $group)))
    (i64.add (i64x2.extract_lane 0 (local.get $sum)) (i64x2.extract_lane 1 (local.get $sum))))

  ;; FOREST
  ;; A tree is 2^(depth + 1) int32 words, word 0 unused: nodes are threshold · 2^16 + byte offset of the lane, then leaves.

  ;; Sum of one leaf of each tree, Q24.
  (func $forest (param $row i32) (result i64)
    (local $tree i32) (local $left i32) (local $depth i32) (local $step i32) (local $word i32) (local $node i32) (local $sum i64)
    (local.set $tree (i32.load offset=24 (i32.const 0)))
    (local.set $left (i32.load offset=56 (i32.const 0)))
    (local.set $depth (i32.load offset=60 (i32.const 0)))
    (loop $next
      (local.set $word (i32.const 1))
      (local.set $step (local.get $depth))
      (loop $down
        (local.set $node (i32.load (i32.add (local.get $tree) (i32.shl (local.get $word) (i32.const 2)))))
        (local.set $word (i32.add (i32.shl (local.get $word) (i32.const 1))
          (i32.gt_s (i32.load16_s (i32.add (local.get $row) (i32.and (local.get $node) (i32.const 0xffff))))
                    (i32.shr_s (local.get $node) (i32.const 16)))))
        (br_if $down (local.tee $step (i32.sub (local.get $step) (i32.const 1)))))
      (local.set $sum (i64.add (local.get $sum)
        (i64.load32_s (i32.add (local.get $tree) (i32.shl (local.get $word) (i32.const 2))))))
      (local.set $tree (i32.add (local.get $tree) (i32.shl (i32.const 8) (local.get $depth))))
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (local.get $sum))

  ;; DENSE

  ;; Turns int32 sums into int16 activations, four at a time, so that up to three more than `count` are written. The
  ;; scale is { i64 2^(shift - 1), i32 multiplier, i32 shift }. A sum below zero gives 0 whatever its size: it becomes 0
  ;; first, and everything after it is unsigned.
  (func $activate (param $scale i32) (param $sums i32) (param $activations i32) (param $count i32)
    (local $half v128) (local $multiplier v128) (local $shift i32) (local $sum v128)
    (local.set $half (v128.load64_splat (local.get $scale)))
    (local.set $multiplier (v128.load32_splat offset=8 (local.get $scale)))
    (local.set $shift (i32.load offset=12 (local.get $scale)))
    (loop $four
      (local.set $sum (i32x4.max_s (v128.load (local.get $sums)) (v128.const i32x4 0 0 0 0)))
      ;; the low halves of four int64: the high ones are zero, because multiplier <= 2^shift
      (local.set $sum (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
        (i64x2.shr_u (i64x2.add (local.get $half)
          (i64x2.extmul_low_i32x4_u (local.get $sum) (local.get $multiplier))) (local.get $shift))
        (i64x2.shr_u (i64x2.add (local.get $half)
          (i64x2.extmul_high_i32x4_u (local.get $sum) (local.get $multiplier))) (local.get $shift))))
      (local.set $sum (i32x4.min_u (local.get $sum) (v128.const i32x4 127 127 127 127)))
      (v128.store64_lane 0 (local.get $activations) (i16x8.narrow_i32x4_u (local.get $sum) (local.get $sum)))
      (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
      (local.set $activations (i32.add (local.get $activations) (i32.const 8)))
      (br_if $four (i32.gt_s (local.tee $count (i32.sub (local.get $count) (i32.const 4))) (i32.const 0)))))

  ;; Four lanes of `row`, whose byte offsets are four int32 at `offsets`.
  (func $gather (param $row i32) (param $offsets i32) (result v128)
    (i32x4.replace_lane 3
      (i32x4.replace_lane 2
        (i32x4.replace_lane 1
          (i32x4.splat (i32.load16_s (i32.add (local.get $row) (i32.load (local.get $offsets)))))
          (i32.load16_s (i32.add (local.get $row) (i32.load offset=4 (local.get $offsets)))))
        (i32.load16_s (i32.add (local.get $row) (i32.load offset=8 (local.get $offsets)))))
      (i32.load16_s (i32.add (local.get $row) (i32.load offset=12 (local.get $offsets))))))

  ;; The sums of the input units. Four of them are 48 bytes: four byte offsets of lanes, four slopes, four biases.
  (func $units (param $row i32) (param $sums i32) (param $groups i32)
    (local $unit i32)
    (local.set $unit (i32.load offset=12 (i32.const 0)))
    (loop $four
      (v128.store (local.get $sums)
        (i32x4.add (v128.load offset=32 (local.get $unit))
          (i32x4.mul (v128.load offset=16 (local.get $unit))
            (i32x4.add (call $gather (local.get $row) (local.get $unit))
                       (v128.const i32x4 32768 32768 32768 32768)))))
      (local.set $unit (i32.add (local.get $unit) (i32.const 48)))
      (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
      (br_if $four (local.tee $groups (i32.sub (local.get $groups) (i32.const 1))))))

  ;; The sums of a layer, sixteen outputs at a time: their int32 biases lie first, then for every two inputs 32 int8
  ;; weights, those of output 0, of output 1, ... Two activations are one int32, multiplied with all of them at once.
  (func $layer (param $weights i32) (param $activations i32) (param $sums i32) (param $pairs i32) (param $blocks i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $pair v128) (local $input i32) (local $end i32)
    (local.set $end (i32.add (local.get $activations) (i32.shl (local.get $pairs) (i32.const 2))))
    (loop $block
      (local.set $a (v128.load (local.get $weights)))
      (local.set $b (v128.load offset=16 (local.get $weights)))
      (local.set $c (v128.load offset=32 (local.get $weights)))
      (local.set $d (v128.load offset=48 (local.get $weights)))
      (local.set $weights (i32.add (local.get $weights) (i32.const 64)))
      (local.set $input (local.get $activations))
      (loop $inputs
        (local.set $pair (v128.load32_splat (local.get $input)))
        (local.set $a (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (local.get $pair) (v128.load8x8_s (local.get $weights)))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (local.get $pair) (v128.load8x8_s offset=8 (local.get $weights)))))
        (local.set $c (i32x4.add (local.get $c) (i32x4.dot_i16x8_s (local.get $pair) (v128.load8x8_s offset=16 (local.get $weights)))))
        (local.set $d (i32x4.add (local.get $d) (i32x4.dot_i16x8_s (local.get $pair) (v128.load8x8_s offset=24 (local.get $weights)))))
        (local.set $weights (i32.add (local.get $weights) (i32.const 32)))
        (br_if $inputs (i32.lt_u (local.tee $input (i32.add (local.get $input) (i32.const 4))) (local.get $end))))
      (v128.store (local.get $sums) (local.get $a))
      (v128.store offset=16 (local.get $sums) (local.get $b))
      (v128.store offset=32 (local.get $sums) (local.get $c))
      (v128.store offset=48 (local.get $sums) (local.get $d))
      (local.set $sums (i32.add (local.get $sums) (i32.const 64)))
      (br_if $block (local.tee $blocks (i32.sub (local.get $blocks) (i32.const 1))))))

  ;; What the last layer adds but for its biases. A hidden layer is described by 32 bytes: its scale, the address of its
  ;; weights, pairs of inputs, blocks of outputs, outputs.
  (func $dense (param $row i32) (result i64)
    (local $sums i32) (local $activations i32) (local $layer i32) (local $left i32)
    (local.set $sums (i32.load offset=28 (i32.const 0)))
    (local.set $activations (i32.load offset=32 (i32.const 0)))
    (call $units (local.get $row) (local.get $sums) (i32.load offset=44 (i32.const 0)))
    (call $activate (i32.const 80) (local.get $sums) (local.get $activations)
      (i32.shl (i32.load offset=44 (i32.const 0)) (i32.const 2)))
    (local.set $layer (i32.load offset=16 (i32.const 0)))
    (local.set $left (i32.load offset=48 (i32.const 0)))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $left)))
        (call $layer (i32.load offset=16 (local.get $layer)) (local.get $activations) (local.get $sums)
          (i32.load offset=20 (local.get $layer)) (i32.load offset=24 (local.get $layer)))
        (call $activate (local.get $layer) (local.get $sums) (local.get $activations)
          (i32.load offset=28 (local.get $layer)))
        (local.set $layer (i32.add (local.get $layer) (i32.const 32)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br $next)))
    (i64.mul (i64.load offset=72 (i32.const 0))
      (call $dot (local.get $activations) (i32.load offset=20 (i32.const 0)) (i32.load offset=52 (i32.const 0)))))

  ;; Writes the outputs of the first `count` rows, at least one.
  (func (export "run") (param $count i32)
    (local $row i32) (local $output i32) (local $sum i64)
    (local.set $row (i32.load (i32.const 0)))
    (local.set $output (i32.load offset=4 (i32.const 0)))
    (loop $next
      (local.set $sum (i64.add (i64.load offset=64 (i32.const 0))
        (call $dot (local.get $row) (i32.load offset=8 (i32.const 0)) (i32.load offset=40 (i32.const 0)))))
      (if (i32.load offset=56 (i32.const 0))
        (then (local.set $sum (i64.add (local.get $sum) (i64.shl (call $forest (local.get $row)) (i64.const 8))))))
      (if (i32.load offset=44 (i32.const 0))
        (then (local.set $sum (i64.add (local.get $sum) (call $dense (local.get $row))))))
      (i64.store (local.get $output) (local.get $sum))
      (local.set $row (i32.add (local.get $row) (i32.load offset=36 (i32.const 0))))
      (local.set $output (i32.add (local.get $output) (i32.const 8)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
)
