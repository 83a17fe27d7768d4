// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {FeedId, ISignalFeed, Level, Signal} from "../interfaces/ISignalFeed.sol";
import {Candle} from "../interfaces/ISignedSource.sol";
import {Features} from "../libraries/Features.sol";
import {Models} from "../libraries/Models.sol";

/// What a round costs without prices, checks and events: features, model and signal, with their storage. Gas only.
contract SignalCore {
    using Features for Features.State;

    uint256 private constant HORIZON = 5;

    address private immutable blob;
    uint256 private immutable alphasQ32;
    Features.State private _state;
    Signal[256] private _ring;

    constructor(bytes memory blob_, uint256 alphasQ32_) {
        (blob, alphasQ32) = (SSTORE2.write(blob_), alphasQ32_);
    }

    function run(Candle calldata candle) external {
        Features.State memory state = _state;
        state.step(candle, alphasQ32);
        (_state.head, _state.tail) = (state.head, state.tail);

        Signal memory signal;
        signal.value = int64(Models.evaluate(SSTORE2.read(blob), state.lanes()));
        signal.closedAt = candle.end;
        signal.round = state.index();
        signal.level = Level.EXECUTED;
        _ring[signal.round % (HORIZON + 1)] = signal;
    }
}

/// Reads a signal twice in one transaction; the second reading finds every slot warm.
contract WarmReader {
    function gasOfLatest(ISignalFeed signalFeed, FeedId feed) external view returns (uint256) {
        signalFeed.latest(feed, type(uint256).max, Level.EXECUTED);
        uint256 before = gasleft();
        signalFeed.latest(feed, type(uint256).max, Level.EXECUTED);
        return before - gasleft();
    }
}
