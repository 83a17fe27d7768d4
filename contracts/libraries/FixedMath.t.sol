// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {FixedMath} from "./FixedMath.sol";

contract FixedMathHarness {
    function log2Q32(uint256 x) external pure returns (int256) {
        return FixedMath.log2Q32(x);
    }

    function exp2Wad(int256 xQ32) external pure returns (uint256) {
        return FixedMath.exp2Wad(xQ32);
    }

    function sqrt(uint256 x) external pure returns (uint256) {
        return FixedMath.sqrt(x);
    }

    function mulDivDown(uint256 a, uint256 b, uint256 c) external pure returns (uint256) {
        return FixedMath.mulDivDown(a, b, c);
    }

    function mulDivUp(uint256 a, uint256 b, uint256 c) external pure returns (uint256) {
        return FixedMath.mulDivUp(a, b, c);
    }
}

/// Many inputs a call: differential tests against the reference in TypeScript.
contract FixedMathBatch {
    function log2Q32(uint256[] calldata xs) external pure returns (int256[] memory results) {
        results = new int256[](xs.length);
        for (uint256 i; i < xs.length; ++i) {
            results[i] = FixedMath.log2Q32(xs[i]);
        }
    }

    function exp2Wad(int256[] calldata xsQ32) external pure returns (uint256[] memory results) {
        results = new uint256[](xsQ32.length);
        for (uint256 i; i < xsQ32.length; ++i) {
            results[i] = FixedMath.exp2Wad(xsQ32[i]);
        }
    }

    function sqrt(uint256[] calldata xs) external pure returns (uint256[] memory results) {
        results = new uint256[](xs.length);
        for (uint256 i; i < xs.length; ++i) {
            results[i] = FixedMath.sqrt(xs[i]);
        }
    }

    /// @param factors a, b, c of one case after the other
    /// @return results rounded down and up of one case after the other
    function mulDiv(uint256[] calldata factors) external pure returns (uint256[] memory results) {
        uint256 cases = factors.length / 3;
        results = new uint256[](2 * cases);
        for (uint256 i; i < cases; ++i) {
            (uint256 a, uint256 b, uint256 c) = (factors[3 * i], factors[3 * i + 1], factors[3 * i + 2]);
            (results[2 * i], results[2 * i + 1]) = (FixedMath.mulDivDown(a, b, c), FixedMath.mulDivUp(a, b, c));
        }
    }
}

// log2Q32
// ├── when x is zero: reverts
// ├── when x is a power of two: exact
// └── else: within the format's error, below and above √2 of a power; one more for twice x
// exp2Wad
// ├── when x is below -60: zero
// ├── when x is 64 or more: reverts with x and the bound
// └── else: exact for whole x, down; half as much for one less; undoes log2Q32
// sqrt
// ├── the largest number whose square fits
// └── at 0, 1 and the largest x
// mulDivDown, mulDivUp
// ├── when c is zero, or the quotient does not fit, by rounding up too: reverts
// ├── when the product has 512 bits: exact but for the rounding
// └── round as the name says
contract FixedMathTest is Test {
    int256 private constant ONE_Q32 = 2 ** 32;

    FixedMathHarness private math = new FixedMathHarness();

    /* LOG2 */

    function test_Log2_IsExactAtEveryPowerOfTwo() public view {
        for (uint256 e; e < 256; ++e) {
            assertEq(math.log2Q32(2 ** e), int256(e) * ONE_Q32, vm.toString(e));
        }
    }

    function test_Log2_OfKnownValues() public view {
        // floor(log2(x) · 2^32) from 60-digit arithmetic; the format allows 1.2 units more or less
        assertApproxEqAbs(math.log2Q32(3), 6807362105, 2, "3");
        assertApproxEqAbs(math.log2Q32(10), 14267572527, 2, "10");
        assertApproxEqAbs(math.log2Q32(type(uint256).max), 256 * ONE_Q32, 2, "2^256 - 1");
    }

    function test_RevertWhen_Log2_OfZero() public {
        vm.expectRevert(FixedMath.LogarithmOfZero.selector);
        math.log2Q32(0);
    }

    function testFuzz_Log2_AgreesWithRepeatedSquaring(uint256 x) public view {
        x = bound(x, 1, type(uint256).max);

        assertApproxEqAbs(math.log2Q32(x), _log2BySquaring(x), 3);
    }

    function testFuzz_Log2_OfDoubleIsOneMore(uint128 x) public view {
        vm.assume(x > 0);

        assertEq(math.log2Q32(uint256(x) * 2), math.log2Q32(x) + ONE_Q32);
    }

    /// @dev One bit a squaring, truncated at each: below the true value by at most two units.
    function _log2BySquaring(uint256 x) private pure returns (int256 result) {
        uint256 e;
        while (x >> e > 1) ++e;
        uint256 m = e > 127 ? x >> (e - 127) : x << (127 - e);
        result = int256(e) << 32;
        for (uint256 bit = 32; bit > 0; --bit) {
            m = (m * m) >> 127;
            if (m >= 2 ** 128) {
                m >>= 1;
                result += int256(1) << (bit - 1);
            }
        }
    }

    /* EXP2 */

    function test_Exp2_OfWholeNumbers() public view {
        assertEq(math.exp2Wad(0), 1e18);
        assertEq(math.exp2Wad(5 * ONE_Q32), 32e18);
        assertEq(math.exp2Wad(-3 * ONE_Q32), 0.125e18);
        assertEq(math.exp2Wad(63 * ONE_Q32), 2 ** 63 * 1e18);
        assertEq(math.exp2Wad(-60 * ONE_Q32), 0, "10^18 / 2^60 rounds down");
    }

    function test_Exp2_IsZeroBelowItsRange() public view {
        assertEq(math.exp2Wad(-60 * ONE_Q32 - 1), 0);
        assertEq(math.exp2Wad(type(int256).min), 0);
    }

    function test_RevertWhen_Exp2_IsTooLarge() public {
        assertGt(math.exp2Wad(64 * ONE_Q32 - 1), 2 ** 63 * 1e18);

        vm.expectRevert(abi.encodeWithSelector(FixedMath.ExponentTooLarge.selector, 64 * ONE_Q32, 64 * ONE_Q32));
        math.exp2Wad(64 * ONE_Q32);
    }

    function testFuzz_Exp2_UndoesLog2(uint256 x) public view {
        x = bound(x, 1e12, 2 ** 63);

        int256 log = math.log2Q32(x);

        // One unit of 2^-32 in the logarithm is 1.6e-10 of the value; two of them, and the power's own 1e-11.
        assertApproxEqRel(math.exp2Wad(log), x * 1e18, 3.4e8);
    }

    function testFuzz_Exp2_Halves(int256 xQ32) public view {
        xQ32 = bound(xQ32, -40 * ONE_Q32, 63 * ONE_Q32);

        assertApproxEqAbs(math.exp2Wad(xQ32 - ONE_Q32), math.exp2Wad(xQ32) / 2, 1);
    }

    /* SQUARE ROOT */

    function testFuzz_Sqrt_IsTheLargestWhoseSquareFits(uint256 x) public view {
        uint256 root = math.sqrt(x);

        assertLe(root * root, x);
        if (root < type(uint128).max) assertGt((root + 1) * (root + 1), x);
    }

    function test_Sqrt_AtTheEdges() public view {
        assertEq(math.sqrt(0), 0);
        assertEq(math.sqrt(1), 1);
        assertEq(math.sqrt(3), 1);
        assertEq(math.sqrt(type(uint256).max), type(uint128).max);
    }

    /* A · B / C */

    function test_MulDiv_RoundsAsItsNameSays() public view {
        assertEq(math.mulDivDown(7, 3, 2), 10);
        assertEq(math.mulDivUp(7, 3, 2), 11);
        assertEq(math.mulDivDown(8, 3, 2), 12);
        assertEq(math.mulDivUp(8, 3, 2), 12);
    }

    function test_MulDiv_TakesProductsOf512Bits() public view {
        uint256 max = type(uint256).max;

        assertEq(math.mulDivDown(max, max, max), max);
        assertEq(math.mulDivUp(max, max, max), max);
        assertEq(math.mulDivDown(max, max - 1, max), max - 1);
        assertEq(math.mulDivUp(2 ** 255, 3, 2 ** 254), 6);
    }

    function test_RevertWhen_MulDiv_ByZero() public {
        vm.expectRevert(FixedPointMathLib.FullMulDivFailed.selector);
        math.mulDivDown(1, 1, 0);
        vm.expectRevert(FixedPointMathLib.FullMulDivFailed.selector);
        math.mulDivUp(1, 1, 0);
    }

    function test_RevertWhen_MulDiv_ExceedsAWord() public {
        uint256 max = type(uint256).max;

        vm.expectRevert(FixedPointMathLib.FullMulDivFailed.selector);
        math.mulDivDown(max, 2, 1);
        vm.expectRevert(FixedPointMathLib.FullMulDivFailed.selector);
        math.mulDivUp(max, 2, 1);
    }

    function test_RevertWhen_MulDivUp_ExceedsAWordByRounding() public {
        // a · b = 2^257 - 1
        uint256 a = 535006138814359;
        uint256 b = 432862656469423142931042426214547535783388063929571229938474969;
        uint256 c = 2;

        assertEq(math.mulDivDown(a, b, c), type(uint256).max);

        vm.expectRevert(FixedPointMathLib.FullMulDivFailed.selector);
        math.mulDivUp(a, b, c);
    }
}
