// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {Budget} from "./Budget.sol";

// used
// ├── given nothing was ever used: 0
// ├── when asked at the same second: all of it
// ├── when asked exactly a window later: still all of it
// ├── when asked five lanes later: nothing
// ├── after any gap, years included: nothing, in one step
// └── when asked at an earlier time: as of the newest lane
// add
// ├── within a lane: the lane grows
// ├── in later lanes: the sum grows, the oldest leaves one by one
// ├── turnover and loss never touch each other
// └── beyond what a lane holds: saturates, the total tells the truth up to the end of the word
// VLT-3
// ├── no window, wherever it starts, holds more than the budget
// ├── splitting an order never allows more
// └── the packed lanes are the counters they stand for
contract BudgetTest is Test {
    uint256 private constant NOW = 1_700_000_000;
    uint256 private constant WINDOW = 5 days;
    uint256 private constant LANE = 108_000; // a quarter

    /* USED */

    function test_Used_IsZeroAtFirst() public pure {
        _assertUsed(0, NOW, 0, 0);
    }

    function test_Used_CountsBothEndsOfTheWindow() public pure {
        uint256 state = _add(0, NOW, 123, 45);

        _assertUsed(state, NOW, 123, 45);
        _assertUsed(state, NOW + WINDOW, 123, 45);
    }

    function testFuzz_Used_CountsAUseForAWindowAndForgetsItAfterFiveLanes(
        uint256 time,
        uint256 window,
        uint256 turnover,
        uint256 gap
    ) public pure {
        (time, window) = (bound(time, 1, NOW * 4), bound(window, 4 hours, type(uint32).max));
        (turnover, gap) = (bound(turnover, 1, Budget.MAX_TURNOVER), bound(gap, 0, 2 * window));
        uint256 lane = (window + 3) / 4;

        (uint256 state,,) = Budget.add(0, time, window, turnover, 1);
        (uint256 counted, uint256 loss) = Budget.used(state, time + gap, window);

        if (gap <= window) assertEq(counted, turnover, "within the window");
        if (gap >= 5 * lane) assertEq(counted, 0, "gone");
        assertTrue(counted == turnover * loss, "all or nothing");
    }

    function test_V15_Used_ForgetsEverythingAfterAnyLongGap() public pure {
        uint256 state;
        for (uint256 i; i < 5; ++i) {
            state = _add(state, NOW + i * LANE, Budget.MAX_TURNOVER / 5, Budget.MAX_LOSS / 5);
        }

        uint256 end = NOW + 4 * LANE;
        _assertUsed(state, end, Budget.MAX_TURNOVER / 5 * 5, Budget.MAX_LOSS / 5 * 5);
        for (uint256 gap = 5 * LANE; gap < 150 * 365 days; gap *= 3) {
            _assertUsed(state, end + gap, 0, 0);
        }
    }

    function test_V16_Used_LosesOneLaneAfterTheOther() public pure {
        uint256 first = NOW / LANE * LANE;
        uint256 state;
        for (uint256 i; i < 5; ++i) {
            state = _add(state, first + i * LANE, 10 ** i, 2 * 10 ** i);
        }

        _assertUsed(state, first + 5 * LANE - 1, 11_111, 22_222);
        _assertUsed(state, first + 5 * LANE, 11_110, 22_220);
        _assertUsed(state, first + 8 * LANE, 10_000, 20_000);
        _assertUsed(state, first + 9 * LANE - 1, 10_000, 20_000);
        _assertUsed(state, first + 9 * LANE, 0, 0);
    }

    function test_Used_KnowsTheNewestLaneOfAViewUnderAnEarlierTime() public pure {
        uint256 state = _add(_add(0, NOW, 7, 1), NOW + LANE, 20, 2);

        _assertUsed(state, NOW, 27, 3);
        assertEq(_add(state, NOW, 0, 0), state, "never rolled back");
    }

    function test_Used_LastsUntilTheYear2209ForTheShortestWindow() public pure {
        uint256 year2209 = 239 * 365 days;
        (uint256 state,,) = Budget.add(0, year2209, 4 hours, 5, 6);
        (uint256 turnover, uint256 loss) = Budget.used(state, year2209, 4 hours);

        assertEq(turnover, 5);
        assertEq(loss, 6);
    }

    /* ADD */

    function test_Add_ReturnsWhatTheWindowHolds() public pure {
        (uint256 state, uint256 turnover, uint256 loss) = Budget.add(0, NOW, WINDOW, 5, 1);
        assertEq(turnover * 1000 + loss, 5001);

        (state, turnover, loss) = Budget.add(state, NOW, WINDOW, 7, 0);
        assertEq(turnover * 1000 + loss, 12_001, "same lane");

        (state, turnover, loss) = Budget.add(state, NOW + LANE, WINDOW, 0, 100);
        assertEq(turnover * 1000 + loss, 12_101, "next lane");
        _assertUsed(state, NOW + LANE, 12, 101);
    }

    function test_Add_SaturatesInsteadOfWrapping() public pure {
        (uint256 state, uint256 turnover, uint256 loss) = Budget.add(0, NOW, WINDOW, 2 ** 27, 2 ** 20);
        assertEq(turnover, 2 ** 27, "told");
        assertEq(loss, 2 ** 20, "told");
        _assertUsed(state, NOW, 2 ** 27 - 1, 2 ** 20 - 1);

        (state, turnover, loss) = Budget.add(state, NOW, WINDOW, type(uint256).max, type(uint256).max);
        assertEq(turnover, type(uint256).max);
        assertEq(loss, type(uint256).max);
        _assertUsed(state, NOW, 2 ** 27 - 1, 2 ** 20 - 1);

        for (uint256 i = 1; i < 5; ++i) {
            state = _add(state, NOW + i * LANE, type(uint256).max, type(uint256).max);
        }
        _assertUsed(state, NOW + 4 * LANE, 5 * (2 ** 27 - 1), 5 * (2 ** 20 - 1));
    }

    function _add(uint256 state, uint256 time, uint256 turnover, uint256 loss) private pure returns (uint256 newState) {
        (newState,,) = Budget.add(state, time, WINDOW, turnover, loss);
    }

    function _assertUsed(uint256 state, uint256 time, uint256 turnover, uint256 loss) private pure {
        (uint256 usedTurnover, uint256 usedLoss) = Budget.used(state, time, WINDOW);
        assertEq(usedTurnover, turnover, "turnover");
        assertEq(usedLoss, loss, "loss");
    }

    /* BOUND */

    struct Log {
        uint256[48] times;
        uint256[48] turnovers;
        uint256[48] losses;
    }

    /// An exact log of what a caller that keeps the rule was allowed, against every window that ends at a use: the sum
    /// over a window only changes at uses, so no other window can hold more.
    function testFuzz_VLT3_V16_NoWindowEverHoldsMoreThanTheBudget(
        uint256 seed,
        uint256 window,
        uint256 turnoverBudget,
        uint256 lossBudget
    ) public pure {
        window = bound(window, 4 hours, 30 days);
        turnoverBudget = bound(turnoverBudget, 1, Budget.MAX_TURNOVER);
        lossBudget = bound(lossBudget, 1, Budget.MAX_LOSS);
        Log memory log = _trade(seed, window, turnoverBudget, lossBudget);

        for (uint256 end; end < 48; ++end) {
            uint256 turnover;
            uint256 loss;
            for (uint256 i; i <= end; ++i) {
                if (log.times[i] + window < log.times[end]) continue;
                turnover += log.turnovers[i];
                loss += log.losses[i];
            }
            assertLe(turnover, turnoverBudget, "turnover");
            assertLe(loss, lossBudget, "loss");
        }
    }

    function _trade(uint256 seed, uint256 window, uint256 turnoverBudget, uint256 lossBudget)
        private
        pure
        returns (Log memory log)
    {
        uint256 state;
        uint256 time = NOW;
        for (uint256 i; i < 48; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            time += _gap(seed, window);
            log.times[i] = time;
            uint256 parts = 1 + (seed >> 128) % 8;
            uint256 turnover = (seed >> 64) % (turnoverBudget / parts + 1);
            uint256 loss = (seed >> 192) % (lossBudget / parts + 1);
            (uint256 newState, uint256 turnovers, uint256 losses) = Budget.add(state, time, window, turnover, loss);
            if (turnovers > turnoverBudget || losses > lossBudget) continue;
            (state, log.turnovers[i], log.losses[i]) = (newState, turnover, loss);
        }
    }

    /// Gaps that matter: none, within a lane, exact multiples of lane and window, and beyond.
    function _gap(uint256 seed, uint256 window) private pure returns (uint256) {
        uint256 kind = seed % 6;
        uint256 lane = (window + 3) / 4;
        if (kind == 0) return 0;
        if (kind == 1) return 1;
        if (kind == 2) return (seed >> 8) % lane;
        if (kind == 3) return lane * ((seed >> 8) % 5);
        if (kind == 4) return window - (seed >> 8) % 2;
        return (seed >> 8) % (2 * window);
    }

    function testFuzz_V6_SplittingNeverAllowsMore(uint256 turnover, uint256 parts, uint256 seed) public pure {
        (turnover, parts) = (bound(turnover, 1, Budget.MAX_TURNOVER), bound(parts, 1, 32));

        uint256 state;
        uint256 total;
        uint256 left = turnover;
        uint256 time = NOW;
        for (uint256 i = 1; i <= parts; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 part = i == parts ? left : seed % (left + 1);
            left -= part;
            time += (seed >> 128) % (WINDOW / 32);
            (state, total,) = Budget.add(state, time, WINDOW, part, 0);
        }

        assertEq(total, turnover);
    }

    struct Counters {
        uint256[5] numbers;
        uint256[5] turnovers;
        uint256[5] losses;
    }

    /// The packed word against plain counters.
    function testDiff_Used_EqualsPlainCounters(uint256 seed, uint256 window) public pure {
        window = bound(window, 4 hours, type(uint32).max);
        Counters memory counters;
        uint256 state;
        uint256 time = NOW;
        for (uint256 i; i < 30; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            time += _gap(seed, window);
            uint256 turnover = (seed >> 64) % (Budget.MAX_TURNOVER / 30);
            uint256 loss = (seed >> 128) % (Budget.MAX_LOSS / 30);

            (state,,) = Budget.add(state, time, window, turnover, loss);
            _count(counters, time / ((window + 3) / 4), turnover, loss);

            (turnover, loss) = Budget.used(state, time, window);
            (uint256 expectedTurnover, uint256 expectedLoss) = _sums(counters, time / ((window + 3) / 4));
            assertEq(turnover, expectedTurnover);
            assertEq(loss, expectedLoss);
        }
    }

    function _count(Counters memory c, uint256 number, uint256 turnover, uint256 loss) private pure {
        uint256 at = number % 5;
        if (c.numbers[at] != number) (c.numbers[at], c.turnovers[at], c.losses[at]) = (number, 0, 0);
        c.turnovers[at] += turnover;
        c.losses[at] += loss;
    }

    function _sums(Counters memory c, uint256 number) private pure returns (uint256 turnover, uint256 loss) {
        for (uint256 k; k < 5; ++k) {
            if (c.numbers[k] + 5 <= number) continue;
            turnover += c.turnovers[k];
            loss += c.losses[k];
        }
    }
}
