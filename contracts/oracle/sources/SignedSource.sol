// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {IPriceSource, MarketId} from "../../interfaces/IPriceSource.sol";
import {Candle, ISignedSource} from "../../interfaces/ISignedSource.sol";
import {Candles} from "../../libraries/Candles.sol";
import {QuorumSig} from "../../libraries/QuorumSig.sol";

contract SignedSource is ISignedSource, EIP712, AccessManaged, Multicall {
    using Candles for Candle;
    using QuorumSig for bytes;
    using QuorumSig for bytes32;
    using SafeCast for uint256;

    struct StoredPrice {
        // slot 0: 16 + 6 bytes, 10 free
        uint128 price; // 0 = never reported
        uint48 observedAt;
    }

    /// A candle in two slots, which are read at every close: the order and the width of the prices serve that.
    struct StoredCandle {
        // slot 0: 6 + 13 + 13 bytes
        uint48 start;
        uint104 open;
        uint104 high;
        // slot 1: 6 + 13 + 13 bytes
        uint48 end; // 0 = never reported
        uint104 low;
        uint104 close;
    }

    bytes32 private constant PRICE_REPORT_TYPE =
        keccak256("PriceReport(bytes32 market,uint128 price,uint48 observedAt)");
    bytes32 private constant CANDLE_REPORT_TYPE = keccak256(
        "CandleReport(bytes32 market,uint48 start,uint48 end,uint128 open,uint128 high,uint128 low,uint128 close)"
    );

    // slot 0: 20 + 1 bytes, 11 free
    address private _signerSet; // contract whose code is a STOP byte and the packed signers: one cold read for all
    uint8 private _quorum;

    mapping(MarketId market => StoredPrice) private _prices;
    mapping(MarketId market => StoredCandle) private _candles;

    constructor(address authority, address[] memory initialSigners, uint8 initialQuorum)
        EIP712("AIBOT IYI SignedSource", "1")
        AccessManaged(authority)
    {
        _setSigners(initialSigners, initialQuorum);
    }

    /* REPORTS */

    /// @inheritdoc ISignedSource
    function submitPrice(MarketId market, uint128 price, uint48 observedAt, bytes calldata signatures) external {
        StoredPrice storage stored = _prices[market];
        require(price > 0, ReportPriceZero(market));
        require(observedAt > stored.observedAt, ReportNotNewer(observedAt, stored.observedAt));
        require(observedAt <= block.timestamp, ReportFromFuture(observedAt, block.timestamp));
        _requireQuorum(keccak256(abi.encode(PRICE_REPORT_TYPE, market, price, observedAt)), signatures);

        (stored.price, stored.observedAt) = (price, observedAt);

        emit PriceReported(market, price, observedAt);
    }

    /// @inheritdoc ISignedSource
    function submitCandle(MarketId market, Candle calldata report, bytes calldata signatures) external {
        Candle memory c = report;
        StoredCandle storage stored = _candles[market];
        require(c.isWellFormed(), CandleMalformed(market, c.start));
        require(c.start >= stored.end, ReportNotNewer(c.start, stored.end));
        require(c.end <= block.timestamp, ReportFromFuture(c.end, block.timestamp));
        // A struct of static fields encodes as its fields in order.
        _requireQuorum(keccak256(abi.encode(CANDLE_REPORT_TYPE, market, c)), signatures);

        _candles[market] = StoredCandle({
            start: c.start,
            open: uint256(c.open).toUint104(),
            high: uint256(c.high).toUint104(),
            end: c.end,
            low: uint256(c.low).toUint104(),
            close: uint256(c.close).toUint104()
        });

        emit CandleReported(market, c.start, c.end, c.open, c.high, c.low, c.close);
    }

    function _requireQuorum(bytes32 structHash, bytes calldata signatures) private view {
        (address set, uint8 needed) = (_signerSet, _quorum);
        _hashTypedDataV4(structHash).requireQuorum(signatures, SSTORE2.read(set), needed);
    }

    /* SIGNERS */

    /// @inheritdoc ISignedSource
    function setSigners(address[] calldata newSigners, uint8 newQuorum) external restricted {
        _setSigners(newSigners, newQuorum);
    }

    function _setSigners(address[] memory newSigners, uint8 newQuorum) private {
        bool isQuorum = 2 * uint256(newQuorum) > newSigners.length && newQuorum <= newSigners.length;
        require(isQuorum, QuorumInvalid(newQuorum, newSigners.length));

        bytes memory set;
        address previous; // strictly above zero as well
        for (uint256 i; i < newSigners.length; ++i) {
            require(newSigners[i] > previous, SignersNotAscending(newSigners[i], previous));
            set = bytes.concat(set, bytes20(newSigners[i]));
            previous = newSigners[i];
        }

        (_signerSet, _quorum) = (SSTORE2.write(set), newQuorum);

        emit SignersChanged(newSigners, newQuorum);
    }

    /* VIEWS */

    /// @inheritdoc IPriceSource
    function observation(MarketId market) external view returns (uint128, uint48) {
        StoredPrice storage stored = _prices[market];
        return (stored.price, stored.observedAt);
    }

    /// @inheritdoc ISignedSource
    function candle(MarketId market) external view returns (Candle memory c) {
        StoredCandle storage stored = _candles[market];
        (c.start, c.open, c.high) = (stored.start, stored.open, stored.high);
        (c.end, c.low, c.close) = (stored.end, stored.low, stored.close);
    }

    /// @inheritdoc ISignedSource
    function signers() external view returns (address[] memory list) {
        bytes memory set = SSTORE2.read(_signerSet);
        list = new address[](set.size());
        for (uint256 i; i < list.length; ++i) {
            list[i] = set.at(i);
        }
    }

    /// @inheritdoc ISignedSource
    function quorum() external view returns (uint8) {
        return _quorum;
    }
}
