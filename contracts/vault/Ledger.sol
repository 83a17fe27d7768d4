// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMandate} from "../interfaces/IMandate.sol";
import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {MarketId} from "../interfaces/IPriceSource.sol";
import {FeedId, ISignalFeed} from "../interfaces/ISignalFeed.sol";
import {IVault, Position, VaultParams} from "../interfaces/IVault.sol";

// What the vault owns and what that is worth.
//
// BALANCES
// Only what passed through an entry point counts; a balance above the ledger waits for `skim`.
// Claims belong to their owners: they are neither in the ledger nor surplus.
//
// VALUE
// Σ amount · price in base units, each position rounded down. A price has 8 decimals and quotes the base asset.
abstract contract Ledger is IVault {
    /// A position with what it takes to value it.
    struct Holding {
        // slot 0: 20 + 1 bytes, 11 free
        IERC20 token;
        uint8 decimals; // of `token`, at most MAX_DECIMALS
        // slot 1
        MarketId market;
        // slot 2
        FeedId feed;
    }

    uint256 internal constant BPS = 1e4;
    uint256 private constant MAX_POSITIONS = 8;
    uint256 private constant MAX_DECIMALS = 24;
    uint256 private constant PRICE_UNIT = 1e8;

    IERC20 internal immutable base;
    uint256 private immutable baseUnit; // 10 ** decimals, at most 1e24
    /// @inheritdoc IVault
    IPriceBook public immutable priceBook;
    /// @inheritdoc IVault
    ISignalFeed public immutable signalFeed;
    /// @inheritdoc IVault
    IMandate public immutable mandate;

    Holding[] private holdings; // never changes after construction
    mapping(address token => uint256 amount) internal ledger; // native decimals; base asset and position tokens

    /// @inheritdoc IVault
    mapping(address owner => mapping(address token => uint256 amount)) public claimOf;
    mapping(address token => uint256 amount) internal claims; // Σ claimOf over all owners

    constructor(VaultParams memory params) {
        base = params.asset;
        baseUnit = 10 ** _decimalsOf(params.asset);
        priceBook = params.priceBook;
        signalFeed = params.signalFeed;
        mandate = params.mandate;

        uint256 count = params.positions.length;
        uint256 allocations = params.mandate.positions();
        require(count == allocations && count > 0 && count <= MAX_POSITIONS, PositionCountInvalid(count, allocations));
        for (uint256 i; i < count; ++i) {
            _addPosition(params, params.positions[i]);
        }
    }

    function _addPosition(VaultParams memory params, Position memory added) private {
        params.priceBook.peek(added.market); // reverts for an unknown market
        MarketId feedMarket = params.signalFeed.feedInfo(added.feed).market;
        bool isValid = MarketId.unwrap(feedMarket) == MarketId.unwrap(added.market)
            && added.token != address(params.asset) && !_isPosition(added.token);
        require(isValid, PositionInvalid(holdings.length, added.token));

        emit PositionAdded(holdings.length, added.token, added.market, added.feed);
        uint8 decimals = _decimalsOf(IERC20Metadata(added.token));
        holdings.push(
            Holding({token: IERC20(added.token), decimals: decimals, market: added.market, feed: added.feed})
        );
    }

    function _decimalsOf(IERC20Metadata token) private view returns (uint8 decimals) {
        decimals = token.decimals();
        require(decimals <= MAX_DECIMALS, TooManyDecimals(address(token), decimals));
    }

    /* POSITIONS */

    /// @inheritdoc IVault
    function positions() public view returns (uint256 count) {
        return holdings.length;
    }

    /// @inheritdoc IVault
    function position(uint256 index) external view returns (Position memory) {
        Holding storage held = _holding(index);
        return Position({token: address(held.token), market: held.market, feed: held.feed});
    }

    function _holding(uint256 index) internal view returns (Holding storage) {
        require(index < holdings.length, PositionInvalid(index, address(0)));

        return holdings[index];
    }

    function _isPosition(address token) internal view returns (bool) {
        for (uint256 i; i < holdings.length; ++i) {
            if (address(holdings[i].token) == token) return true;
        }
        return false;
    }

    /* BALANCES */

    /// @inheritdoc IVault
    function idle() public view returns (uint256) {
        return ledger[address(base)];
    }

    /// @inheritdoc IVault
    function holding(uint256 index) external view returns (uint256) {
        return ledger[address(_holding(index).token)];
    }

    /* VALUE */

    function _nav(uint256 maxAge) internal view returns (uint256 nav) {
        nav = idle();
        for (uint256 i; i < holdings.length; ++i) {
            Holding storage held = holdings[i];
            nav += _toBase(held, ledger[address(held.token)], _price(held, maxAge));
        }
    }

    function _price(Holding storage held, uint256 maxAge) internal view returns (uint128 price) {
        (price,) = priceBook.price(held.market, maxAge);
    }

    /// Whether every position has a price no older than `maxAge`. The book alone judges that.
    function _isPriced(uint256 maxAge) internal view returns (bool) {
        for (uint256 i; i < holdings.length; ++i) {
            try priceBook.price(holdings[i].market, maxAge) {}
            catch {
                return false;
            }
        }
        return true;
    }

    function _toBase(Holding storage held, uint256 amount, uint256 price) internal view returns (uint256) {
        return _cost(held, amount, price, BPS, Math.Rounding.Floor);
    }

    function _toTokens(Holding storage held, uint256 baseAmount, uint256 price) internal view returns (uint256) {
        return Math.mulDiv(baseAmount, PRICE_UNIT * 10 ** held.decimals, price * baseUnit);
    }

    /// Base units that `amount` costs at `priceBps` of `price`.
    function _cost(Holding storage held, uint256 amount, uint256 price, uint256 priceBps, Math.Rounding rounding)
        internal
        view
        returns (uint256)
    {
        // safe: price < 2^128, baseUnit < 2^80, priceBps < 2^15
        return Math.mulDiv(amount, price * baseUnit * priceBps, PRICE_UNIT * 10 ** held.decimals * BPS, rounding);
    }
}
