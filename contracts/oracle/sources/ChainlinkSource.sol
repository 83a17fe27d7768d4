// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IChainlinkSource} from "../../interfaces/IChainlinkSource.sol";
import {IPriceSource, MarketId} from "../../interfaces/IPriceSource.sol";
import {Round, Rounds} from "../../libraries/Rounds.sol";

contract ChainlinkSource is IChainlinkSource, AccessManaged {
    using Rounds for AggregatorV3Interface;
    using Rounds for Round;

    struct StoredAggregator {
        // slot 0: 20 + 1 bytes, 11 free
        AggregatorV3Interface aggregator; // zero = none
        uint8 decimals;
    }

    uint256 private constant PRICE_DECIMALS = 8;
    uint256 private constant MAX_DECIMALS = 36; // 10^(36 − 8) is far from overflowing

    /// @inheritdoc IChainlinkSource
    AggregatorV3Interface public immutable sequencerUptime;
    /// @inheritdoc IChainlinkSource
    uint32 public immutable sequencerGrace;

    mapping(MarketId market => StoredAggregator) private _aggregators;

    /// @param sequencerUptime_ zero on a chain without a sequencer, and only there is the grace zero as well
    constructor(address authority, AggregatorV3Interface sequencerUptime_, uint32 sequencerGrace_)
        AccessManaged(authority)
    {
        require(
            (address(sequencerUptime_) == address(0)) == (sequencerGrace_ == 0),
            SequencerGraceInvalid(sequencerUptime_, sequencerGrace_)
        );
        (sequencerUptime, sequencerGrace) = (sequencerUptime_, sequencerGrace_);
    }

    /// @inheritdoc IChainlinkSource
    function setAggregator(MarketId market, AggregatorV3Interface aggregator) external restricted {
        StoredAggregator storage stored = _aggregators[market];
        require(address(stored.aggregator) == address(0), AggregatorExists(market, stored.aggregator));
        uint8 decimals = aggregator.decimals(); // reverts for an address without code
        require(decimals <= MAX_DECIMALS, AggregatorDecimalsInvalid(decimals, MAX_DECIMALS));

        (stored.aggregator, stored.decimals) = (aggregator, decimals);

        emit AggregatorSet(market, aggregator, decimals);
    }

    /* VIEWS */

    /// @inheritdoc IPriceSource
    function observation(MarketId market) external view returns (uint128 price, uint48 observedAt) {
        StoredAggregator memory stored = _aggregators[market];
        if (address(stored.aggregator) == address(0) || !_isSequencerTrusted()) return (0, 0);

        Round memory round = stored.aggregator.tryLatest();
        if (!round.isComplete()) return (0, 0);

        price = _toPrice(round.answer, stored.decimals);
        if (price > 0) observedAt = uint48(round.updatedAt); // safe: not from the future
    }

    /// @dev While the sequencer is down, and until users could act again, no price is fair to those who cannot reply.
    function _isSequencerTrusted() private view returns (bool) {
        if (address(sequencerUptime) == address(0)) return true;

        Round memory status = sequencerUptime.tryLatest();
        bool isUp = status.id > 0 && status.answer == 0;
        bool isDated = status.startedAt > 0 && status.startedAt <= block.timestamp;
        return isUp && isDated && block.timestamp - status.startedAt >= sequencerGrace;
    }

    /// @dev Zero when the answer is not positive or no price. `decimals` is at most 36.
    function _toPrice(int256 answer, uint256 decimals) private pure returns (uint128) {
        if (answer <= 0) return 0;
        uint256 scaled = uint256(answer);
        if (decimals >= PRICE_DECIMALS) scaled /= 10 ** (decimals - PRICE_DECIMALS);
        else if (scaled <= type(uint128).max) scaled *= 10 ** (PRICE_DECIMALS - decimals);
        return scaled <= type(uint128).max ? uint128(scaled) : 0;
    }

    /// @inheritdoc IChainlinkSource
    function aggregatorOf(MarketId market) external view returns (AggregatorV3Interface) {
        return _aggregators[market].aggregator;
    }
}
