// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {Candle} from "../interfaces/ISignedSource.sol";
import {Candles} from "./Candles.sol";

// isWellFormed
// ├── when it lasts no time, or ends before it starts: no
// ├── when its low is zero: no
// ├── when open or close lies below the low or above the high: no
// └── when both lie within, the ends included: yes
contract CandlesTest is Test {
    using Candles for Candle;

    function _candle() private pure returns (Candle memory) {
        return Candle({start: 100, end: 101, open: 20, high: 30, low: 10, close: 25});
    }

    function test_IsWellFormed_WhenOpenAndCloseLieWithin() public pure {
        assertTrue(_candle().isWellFormed());
    }

    function test_IsWellFormed_AtItsExtremes() public pure {
        Candle memory c = _candle();
        (c.open, c.close) = (c.low, c.high);
        assertTrue(c.isWellFormed(), "up");
        (c.open, c.close) = (c.high, c.low);
        assertTrue(c.isWellFormed(), "down");
        (c.low, c.high, c.open, c.close) = (1, 1, 1, 1);
        assertTrue(c.isWellFormed(), "flat, at the least price");
    }

    function test_IsNotWellFormed_WhenItDoesNotLast() public pure {
        Candle memory c = _candle();
        c.end = c.start;
        assertFalse(c.isWellFormed(), "no time");
        c.end = c.start - 1;
        assertFalse(c.isWellFormed(), "backward");
    }

    function test_IsNotWellFormed_WhenItsLowIsZero() public pure {
        Candle memory c = _candle();
        c.low = 0;
        assertFalse(c.isWellFormed());
    }

    function test_IsNotWellFormed_WhenItOpensOutside() public pure {
        Candle memory c = _candle();
        c.open = c.low - 1;
        assertFalse(c.isWellFormed(), "below");
        c.open = c.high + 1;
        assertFalse(c.isWellFormed(), "above");
    }

    function test_IsNotWellFormed_WhenItClosesOutside() public pure {
        Candle memory c = _candle();
        c.close = c.low - 1;
        assertFalse(c.isWellFormed(), "below");
        c.close = c.high + 1;
        assertFalse(c.isWellFormed(), "above");
    }
}
