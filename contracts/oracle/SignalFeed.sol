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
import {ModelBlob} from "../libraries/ModelBlob.sol";
import {Models} from "../libraries/Models.sol";

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
/// NAME. The name of a feed begins with that of its market, which is read from it.
///
/// ROLES. The governor creates feeds and sets models. Anyone publishes.
contract SignalFeed is ISignalFeed, AccessManaged {
    struct StoredFeed {
        // slot 0: 20 + 1 + 1 + 5 + 4 bytes, 1 free
        address blob; // the model's code; zero = no such feed
        uint8 marketLength; // bytes; the market's id is that many bytes of the feed's
        uint8 horizon;
        uint40 annualisationQ32; // log2(periodsPerYear) / 2, below 2^35
        uint32 lastRound; // 0 = nothing published yet
        // slots 1 to 256: round r lies in slot 1 + r mod (horizon + 1)
        Signal[256] ring;
    }

    /// @inheritdoc ISignalFeed
    IPriceBook public immutable priceBook;
    /// @inheritdoc ISignalFeed
    IModelRegistry public immutable modelRegistry;

    mapping(FeedId feed => StoredFeed) private _feeds;

    constructor(address authority, IPriceBook priceBook_, IModelRegistry modelRegistry_) AccessManaged(authority) {
        priceBook = priceBook_;
        modelRegistry = modelRegistry_;
    }

    /* SET UP */

    /// @inheritdoc ISignalFeed
    function createFeed(FeedId feed, MarketId market, ModelId modelId) external restricted {
        StoredFeed storage f = _feeds[feed];
        require(f.blob == address(0), FeedExists(feed));
        uint8 marketLength = _nameLength(feed, market);
        MarketParams memory params = priceBook.marketParams(market);
        Model memory model = modelRegistry.model(modelId);
        _checkFits(model, params);

        f.blob = model.blob;
        f.marketLength = marketLength;
        f.horizon = uint8(model.horizon); // safe: the registry refuses more than 255
        f.annualisationQ32 = uint40(uint256(FixedMath.log2Q32(params.periodsPerYear) >> 1));

        emit FeedCreated(feed, market, modelId, model.horizon);
    }

    /// @inheritdoc ISignalFeed
    function setModel(FeedId feed, ModelId modelId) external restricted {
        StoredFeed storage f = _feed(feed);
        Model memory model = modelRegistry.model(modelId);
        _checkFits(model, priceBook.marketParams(_marketOf(feed, f.marketLength)));
        require(model.horizon == f.horizon, ModelMismatch("horizon", model.horizon, f.horizon));

        f.blob = model.blob;

        emit ModelSwitched(feed, modelId);
    }

    /// @dev A feed named after its market needs no slot to remember it, and cannot be mistaken for another market's.
    function _nameLength(FeedId feed, MarketId market) private pure returns (uint8 length) {
        while (length < 31 && MarketId.unwrap(market)[length] != 0) ++length;
        bool isNamed = MarketId.unwrap(_marketOf(feed, length)) == MarketId.unwrap(market)
            && FeedId.unwrap(feed)[length] == " ";
        require(isNamed, FeedNameInvalid(feed, market));
    }

    /// @dev `length` is at most 31.
    function _marketOf(FeedId feed, uint256 length) private pure returns (MarketId) {
        return MarketId.wrap(FeedId.unwrap(feed) & ~bytes32(type(uint256).max >> (8 * length)));
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
        // Read together, for the slot is read once.
        (address pointer, uint256 marketLength, uint256 horizon, int256 annualisation, uint256 lastRound) =
            (f.blob, f.marketLength, f.horizon, int256(uint256(f.annualisationQ32)), f.lastRound);
        MarketId market = _marketOf(feed, marketLength);

        CandleState memory state = priceBook.close(market);
        bytes memory blob = SSTORE2.read(pointer);
        uint256 minCandles = ModelBlob.minCandles(blob);
        uint32 round = state.index;
        require(round > lastRound, RoundAlreadyPublished(feed, round));
        require(round >= minCandles, CandlesTooFew(round, minCandles));
        require(!state.gapped, GapNotAcknowledged(market));

        signal.value = _value(blob, state.features, annualisation);
        signal.closedAt = state.closedAt;
        signal.round = round;
        signal.level = Level.EXECUTED;

        f.lastRound = round;
        f.ring[_place(round, horizon)] = signal;

        _emitPublished(feed, signal, ModelId.wrap(keccak256(blob)), state.features);
    }

    /// @dev safe: below 2^51 by the bounds that the registry has checked
    function _value(bytes memory blob, bytes32 features, int256 annualisation) private pure returns (int64) {
        int256 perPeriod = Models.evaluate(blob, features) + ModelBlob.closeToRangeQ32(blob);
        return int64(perPeriod + annualisation);
    }

    function _emitPublished(FeedId feed, Signal memory s, ModelId modelId, bytes32 features) private {
        emit SignalPublished(feed, s.round, modelId, s.value, s.level, s.closedAt, features);
    }

    function _place(uint256 round, uint256 horizon) private pure returns (uint256) {
        // safe: a horizon is at most 255
        unchecked {
            return round % (horizon + 1);
        }
    }

    /* READ */

    /// @inheritdoc ISignalFeed
    function latest(FeedId feed, uint256 maxAge, uint8 levels) external view returns (Signal memory signal) {
        signal = peek(feed);

        // A feed without a round has closedAt 0; it is too old for any maximum.
        // Saturating: a node may answer a view with the newest state under the time of the block before.
        bool isRecent = signal.round > 0 && Math.saturatingSub(block.timestamp, signal.closedAt) <= maxAge;
        require(isRecent, SignalTooOld(feed, signal.closedAt, maxAge));
        require(signal.level & levels != 0, SignalLevelNotAccepted(signal.level, levels));
    }

    /// @inheritdoc ISignalFeed
    function peek(FeedId feed) public view returns (Signal memory) {
        StoredFeed storage f = _feed(feed);
        // Before the first round: place 0, which is empty.
        return f.ring[_place(f.lastRound, f.horizon)];
    }

    /// @inheritdoc ISignalFeed
    function newest(FeedId feed, uint8 levels) external view returns (Signal memory) {
        StoredFeed storage f = _feed(feed);
        (uint256 horizon, uint256 lastRound) = (f.horizon, f.lastRound);
        uint256 end = Math.saturatingSub(lastRound, horizon + 1);
        for (uint256 round = lastRound; round > end; --round) {
            Signal memory signal = f.ring[_place(round, horizon)];
            // The place of a round that was skipped holds an older one.
            if (signal.round == round && signal.level & levels != 0) return signal;
        }
        return Signal({value: 0, closedAt: 0, round: 0, level: 0});
    }

    /// @inheritdoc ISignalFeed
    function signalAt(FeedId feed, uint32 round) external view returns (Signal memory signal) {
        StoredFeed storage f = _feed(feed);
        signal = f.ring[_place(round, f.horizon)];
        // The words of Chainlink's aggregators, which existing consumers look for.
        // solhint-disable-next-line gas-custom-errors
        require(round > 0 && signal.round == round, "No data present");
    }

    /// @inheritdoc ISignalFeed
    function feedInfo(FeedId feed) external view returns (Feed memory) {
        StoredFeed storage f = _feed(feed);
        MarketId market = _marketOf(feed, f.marketLength);
        return Feed({
            market: market,
            model: ModelId.wrap(keccak256(SSTORE2.read(f.blob))),
            horizon: f.horizon,
            periodsPerYear: priceBook.marketParams(market).periodsPerYear,
            lastRound: f.lastRound
        });
    }

    function _feed(FeedId feed) private view returns (StoredFeed storage f) {
        f = _feeds[feed];
        require(f.blob != address(0), FeedUnknown(feed));
    }
}
