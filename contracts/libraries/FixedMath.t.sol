// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {FixedMath} from "./FixedMath.sol";

contract FixedMathHarness {
    function log2Q32(uint256 x) external pure returns (int256) {
        return FixedMath.log2Q32(x);
    }

    function exp2Wad(int256 xQ32) external pure returns (uint256) {
        return FixedMath.exp2Wad(xQ32);
    }
}

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
}
