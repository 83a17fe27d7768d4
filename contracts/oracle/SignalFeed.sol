// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {IModelRegistry, Model, ModelId} from "../interfaces/IModelRegistry.sol";
import {CandleState, IPriceBook, MarketParams} from "../interfaces/IPriceBook.sol";
import {MarketId} from "../interfaces/IPriceSource.sol";
import {Feed, FeedId, ISignalFeed, Level, Signal} from "../interfaces/ISignalFeed.sol";
import {FixedMath} from "../libraries/FixedMath.sol";
import {Linear} from "../libraries/Linear.sol";
import {ModelBlob} from "../libraries/ModelBlob.sol";

/// ROUND. A round is the index of the candle it was computed from. `publish` closes the pending candle itself, so that
/// one call takes a feed from signed candle to signal. A round not published before the next close is skipped for good.
///
/// VALUE. The model's output, plus its close-to-range constant, plus half the logarithm of the periods a year: log2 of
/// the annualised close-to-close volatility expected over the next `horizon` candles, Q32.
///
/// MODEL. A feed runs the blob that the governor has set; its id is the hash of that blob, computed as it runs. Feature
/// set and period must be the market's, the horizon the feed's. A new model counts from the next round.
///
/// RING. The newest `horizon` + 1 rounds are kept, one slot each; an older one is overwritten and reverts.
///
/// READING. A reader says how old is too old and which levels it accepts. Age counts from the end of the candle.
///
/// ROLES. The governor creates feeds and sets models. Anyone publishes.
contract SignalFeed is ISignalFeed, AccessManaged {
    struct StoredFeed {
        // slot 0
        MarketId market; // zero = no such feed
        // slot 1: 20 + 1 + 2 + 5 + 4 bytes
        address blob; // the model's code
        uint8 horizon;
        uint16 periodsPerYear;
        uint40 annualisationQ32; // log2(periodsPerYear) / 2, below 2^35
        uint32 lastRound; // 0 = nothing published yet
    }

    /// @inheritdoc ISignalFeed
    IPriceBook public immutable priceBook;
    /// @inheritdoc ISignalFeed
    IModelRegistry public immutable modelRegistry;

    mapping(FeedId feed => StoredFeed) private _feeds;
    mapping(FeedId feed => mapping(uint256 place => Signal)) private _rings; // place = round mod (horizon + 1)

    constructor(address authority, IPriceBook priceBook_, IModelRegistry modelRegistry_) AccessManaged(authority) {
        priceBook = priceBook_;
        modelRegistry = modelRegistry_;
    }

    /* SET UP */

    /// @inheritdoc ISignalFeed
    function createFeed(FeedId feed, MarketId market, ModelId modelId) external restricted {
        StoredFeed storage f = _feeds[feed];
        require(MarketId.unwrap(f.market) == 0, FeedExists(feed));
        MarketParams memory params = priceBook.marketParams(market);
        Model memory model = modelRegistry.model(modelId);
        _checkFits(model, params);

        f.market = market;
        f.blob = model.blob;
        f.horizon = uint8(model.horizon); // safe: the registry refuses more than 255
        f.periodsPerYear = params.periodsPerYear;
        f.annualisationQ32 = uint40(uint256(FixedMath.log2Q32(params.periodsPerYear) >> 1));

        emit FeedCreated(feed, market, modelId, model.horizon);
    }

    /// @inheritdoc ISignalFeed
    function setModel(FeedId feed, ModelId modelId) external restricted {
        StoredFeed storage f = _feed(feed);
        Model memory model = modelRegistry.model(modelId);
        _checkFits(model, priceBook.marketParams(f.market));
        require(model.horizon == f.horizon, ModelMismatch("horizon", model.horizon, f.horizon));

        f.blob = model.blob;

        emit ModelSwitched(feed, modelId);
    }

    function _checkFits(Model memory model, MarketParams memory params) private pure {
        require(
            model.featureSet == params.featureSet, ModelMismatch("featureSet", model.featureSet, params.featureSet)
        );
        require(model.period == params.period, ModelMismatch("period", model.period, params.period));
    }

    /* PUBLISH */

    /// @inheritdoc ISignalFeed
    function publish(FeedId feed) external returns (Signal memory signal) {
        StoredFeed storage f = _feed(feed);
        MarketId market = f.market;

        CandleState memory state = priceBook.close(market);
        (address pointer, uint256 horizon, uint40 annualisation, uint32 lastRound) =
            (f.blob, f.horizon, f.annualisationQ32, f.lastRound);
        bytes memory blob = SSTORE2.read(pointer);
        uint256 minCandles = ModelBlob.minCandles(blob);
        require(state.index > lastRound, RoundAlreadyPublished(feed, state.index));
        require(state.index >= minCandles, CandlesTooFew(state.index, minCandles));
        require(!state.gapped, GapNotAcknowledged(market));

        signal = Signal({
            value: _value(blob, state.features, annualisation),
            closedAt: state.closedAt,
            round: state.index,
            level: Level.EXECUTED
        });

        f.lastRound = signal.round;
        _rings[feed][_place(signal.round, horizon)] = signal;

        _emitPublished(feed, signal, ModelId.wrap(keccak256(blob)), state.features);
    }

    /// @dev safe: below 2^51 by the bounds that the registry has checked
    function _value(bytes memory blob, bytes32 features, uint40 annualisation) private pure returns (int64) {
        int256 perPeriod = Linear.evaluate(blob, features) + ModelBlob.closeToRangeQ32(blob);
        return int64(perPeriod + int256(uint256(annualisation)));
    }

    function _emitPublished(FeedId feed, Signal memory s, ModelId modelId, bytes32 features) private {
        emit SignalPublished(feed, s.round, modelId, s.value, s.level, s.closedAt, features);
    }

    function _place(uint256 round, uint256 horizon) private pure returns (uint256) {
        return round % (horizon + 1);
    }

    /* READ */

    /// @inheritdoc ISignalFeed
    function latest(FeedId feed, uint256 maxAge, uint8 levels) external view returns (Signal memory signal) {
        StoredFeed storage f = _feed(feed);
        signal = _rings[feed][_place(f.lastRound, f.horizon)];

        // A feed without a round has closedAt 0; it is too old for any maximum.
        // Saturating: a node may answer a view with the newest state under the time of the block before.
        bool isRecent = signal.round > 0 && Math.saturatingSub(block.timestamp, signal.closedAt) <= maxAge;
        require(isRecent, SignalTooOld(feed, signal.closedAt, maxAge));
        require(signal.level & levels != 0, SignalLevelNotAccepted(signal.level, levels));
    }

    /// @inheritdoc ISignalFeed
    function signalAt(FeedId feed, uint32 round) external view returns (Signal memory signal) {
        signal = _rings[feed][_place(round, _feed(feed).horizon)];
        // The words of Chainlink's aggregators, which existing consumers look for.
        // solhint-disable-next-line gas-custom-errors
        require(round > 0 && signal.round == round, "No data present");
    }

    /// @inheritdoc ISignalFeed
    function feedInfo(FeedId feed) external view returns (Feed memory) {
        StoredFeed storage f = _feed(feed);
        return Feed({
            market: f.market,
            model: ModelId.wrap(keccak256(SSTORE2.read(f.blob))),
            horizon: f.horizon,
            periodsPerYear: f.periodsPerYear,
            lastRound: f.lastRound
        });
    }

    function _feed(FeedId feed) private view returns (StoredFeed storage f) {
        f = _feeds[feed];
        require(MarketId.unwrap(f.market) != 0, FeedUnknown(feed));
    }
}
