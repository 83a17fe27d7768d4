// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {IPriceSource, MarketId} from "../interfaces/IPriceSource.sol";

/// What one source said. Same widths as `IPriceSource.observation`.
struct Observation {
    uint128 price;
    uint48 observedAt;
}

/// @title Observations
/// @notice Asks sources for their prices and compares the fresh ones. A broken source counts as one that is not fresh.
library Observations {
    /// @dev What one source may use: a Chainlink proxy on a rollup needs about 40,000.
    uint256 internal constant SOURCE_GAS = 100_000;

    /// @notice Returns the observations of `sources` not older than `maxAge`, ascending by price.
    /// @param excluded a source that is not asked; zero = ask all
    function fresh(IPriceSource[] memory sources, MarketId market, uint256 maxAge, IPriceSource excluded)
        internal
        view
        returns (Observation[] memory sorted)
    {
        uint256 count = sources.length;
        sorted = new Observation[](count);
        uint256 found;

        for (uint256 i; i < count; ++i) {
            IPriceSource source = sources[i];
            if (source == excluded) continue;
            Observation memory observation = tryRead(source, market);
            if (isFresh(observation, maxAge)) _insert(sorted, found++, observation);
        }

        // Shortens the array in place; found <= count.
        assembly ("memory-safe") {
            mstore(sorted, found)
        }
    }

    /// @notice Returns whether `observation` holds a price, is not from the future and not older than `maxAge`.
    function isFresh(Observation memory observation, uint256 maxAge) internal view returns (bool) {
        return observation.price > 0 && observation.observedAt <= block.timestamp
            && block.timestamp - observation.observedAt <= maxAge;
    }

    /// @notice Returns the median by price; of an even count the mean of the middle two, as old as the older of them.
    /// @custom:rounding down
    function median(Observation[] memory sorted) internal pure returns (Observation memory) {
        Observation memory low = sorted[(sorted.length - 1) / 2];
        Observation memory high = sorted[sorted.length / 2];
        return Observation({
            price: uint128(Math.average(low.price, high.price)), // safe: between two uint128
            observedAt: uint48(Math.min(low.observedAt, high.observedAt))
        });
    }

    /// @notice Returns whether `price` is at most `bandBps` away from `middle`.
    function isWithin(uint256 price, uint256 middle, uint256 bandBps) internal pure returns (bool) {
        uint256 distance = price > middle ? price - middle : middle - price;
        return distance * 10_000 <= middle * bandBps; // safe: uint128 times 10,000
    }

    /// @notice Returns what `source` says, or zero when it reverts, uses up `SOURCE_GAS` or answers malformed words.
    /// @dev Copies 64 bytes and no more, so an oversized answer costs the caller nothing. In plain Solidity, which
    /// would revert on malformed words:
    /// `try source.observation{gas: SOURCE_GAS}(market) returns (uint128 p, uint48 t) { … } catch {}`
    function tryRead(IPriceSource source, MarketId market) internal view returns (Observation memory) {
        // A call is given at most 63/64 of the gas left: with less a caller could starve a healthy source.
        uint256 needed = SOURCE_GAS * 64 / 63 + 5_000;
        require(gasleft() >= needed, IPriceBook.SourceGasTooLow(gasleft(), needed));

        bytes memory query = abi.encodeCall(IPriceSource.observation, (market));
        bool ok;
        uint256 price;
        uint256 observedAt;
        assembly ("memory-safe") {
            ok := staticcall(SOURCE_GAS, source, add(query, 0x20), mload(query), 0x00, 0x40)
            ok := and(ok, gt(returndatasize(), 0x3f))
            price := mload(0x00)
            observedAt := mload(0x20)
        }

        bool isWellFormed = ok && price <= type(uint128).max && observedAt <= type(uint48).max;
        if (!isWellFormed) return Observation(0, 0);
        return Observation(uint128(price), uint48(observedAt));
    }

    function _insert(Observation[] memory sorted, uint256 count, Observation memory observation) private pure {
        uint256 i = count;
        for (; i > 0 && sorted[i - 1].price > observation.price; --i) {
            sorted[i] = sorted[i - 1];
        }
        sorted[i] = observation;
    }
}
