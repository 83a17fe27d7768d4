// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IPriceSource, MarketId} from "../interfaces/IPriceSource.sol";
import {Candle} from "../interfaces/ISignedSource.sol";

/// Says what the test has told it to.
contract ScriptedSource is IPriceSource {
    uint128 private _price;
    uint48 private _observedAt;

    function say(uint128 price, uint256 observedAt) external {
        (_price, _observedAt) = (price, uint48(observedAt));
    }

    function observation(MarketId) external view returns (uint128, uint48) {
        return (_price, _observedAt);
    }
}

/// Reports any candle, well-formed or not.
contract ScriptedCandleSource is ScriptedSource {
    Candle private _candle;

    function report(Candle calldata newest) external {
        _candle = newest;
    }

    function candle(MarketId) external view returns (Candle memory) {
        return _candle;
    }
}

contract RevertingSource {
    error OutOfOrder();

    fallback() external {
        revert OutOfOrder();
    }
}

contract GasBurningSource {
    fallback() external {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// Answers one byte short of two words.
contract ShortAnswerSource {
    fallback() external {
        assembly {
            mstore(0x00, 1)
            mstore(0x20, timestamp())
            return(0x00, 0x3f)
        }
    }
}

/// Answers a good price followed by about as much memory as its gas buys.
contract OversizedAnswerSource {
    uint256 private immutable _price;

    constructor(uint256 price) {
        _price = price;
    }

    fallback() external {
        uint256 price = _price;
        assembly {
            mstore(0x00, price)
            mstore(0x20, timestamp())
            return(0x00, 150000)
        }
    }
}

/// Answers words wider than the types they stand for.
contract MalformedSource {
    uint256 private immutable _first;
    uint256 private immutable _second;

    constructor(uint256 first, uint256 second) {
        (_first, _second) = (first, second);
    }

    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(_first, _second);
    }
}
