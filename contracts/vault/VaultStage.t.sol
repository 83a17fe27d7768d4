// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Allocation, MandateParams, ShareTerms} from "../interfaces/IMandate.sol";
import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {MarketId} from "../interfaces/IPriceSource.sol";
import {FeedId, ISignalFeed, Level} from "../interfaces/ISignalFeed.sol";
import {Position, VaultParams} from "../interfaces/IVault.sol";
import {Mandate} from "./Mandate.sol";
import {Vault} from "./Vault.sol";
import {SetPriceBook, SetSignalFeed} from "./VaultFixture.t.sol";

/// What every token of these suites can do, the awkward ones included.
interface IMintableToken is IERC20Metadata {
    function mint(address to, uint256 amount) external;
}

/// A token with permits whose transfers can be broken and mended.
contract StageToken is ERC20Permit {
    error Broken();

    uint8 private immutable _decimals;
    bool private isBroken;

    constructor(uint8 decimals_) ERC20("Stage", "STG") ERC20Permit("Stage") {
        _decimals = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setBroken(bool isBroken_) external {
        isBroken = isBroken_;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        require(!isBroken, Broken());
        return super.transfer(to, amount);
    }
}

/// A vault over any tokens, and what property suites need to know of it without asking it.
abstract contract VaultStage is Test {
    uint256 internal constant BPS = 1e4;
    uint256 internal constant VIRTUAL_SHARES = 1e6;
    uint128 internal constant PRICE = 2000e8;

    uint32 internal constant MAX_PRICE_AGE = 5 days;
    uint32 internal constant MAX_SIGNAL_AGE = 6 days;
    uint32 internal constant UNWIND_DELAY = 1 days;
    uint32 internal constant AUCTION_LIFE = 600;
    uint32 internal constant BUDGET_WINDOW = 5 days;
    uint16 internal constant CASH_FLOOR_BPS = 500;
    uint16 internal constant PREMIUM_BPS = 20;
    uint16 internal constant SLIPPAGE_BPS = 60;
    uint16 internal constant ENTRY_SPREAD_BPS = 20;
    uint16 internal constant EXIT_SPREAD_BPS = 40;

    int64 internal constant VOL_12_5 = -3 << 32; // log2 of 12.5 %/yr: weight 8000 bps for one position
    int64 internal constant VOL_100 = 0; // weight 1000 bps for one position

    AccessManager internal manager;
    SetPriceBook internal book;
    SetSignalFeed internal feed;
    Mandate internal mandate;
    Vault internal vault;
    IMintableToken internal base;
    IMintableToken[] internal tokens;
    uint32[] internal rounds; // newest of each feed

    address internal treasury = makeAddr("treasury"); // receives the fees

    function _stage(address base_, address[] memory tokens_) internal {
        vm.warp(1_700_000_000);
        manager = new AccessManager(address(this));
        book = new SetPriceBook();
        feed = new SetSignalFeed();
        base = IMintableToken(base_);
        for (uint256 i; i < tokens_.length; ++i) {
            tokens.push(IMintableToken(tokens_[i]));
            rounds.push();
            book.set(_market(i), PRICE);
            feed.create(_feed(i), _market(i));
        }
        mandate = new Mandate(address(manager), _mandateParams(), _terms(), treasury, _allocations(tokens_.length));
        vault = new Vault(_vaultParams());
    }

    function _market(uint256 index) internal pure returns (MarketId) {
        return MarketId.wrap(bytes32(abi.encodePacked("MARKET ", uint8(bytes1("A")) + uint8(index))));
    }

    function _feed(uint256 index) internal pure returns (FeedId) {
        return FeedId.wrap(bytes32(abi.encodePacked("FEED ", uint8(bytes1("A")) + uint8(index))));
    }

    function _mandateParams() internal view virtual returns (MandateParams memory) {
        return MandateParams({
            targetVolBps: 1000,
            bandBps: 500,
            cashFloorBps: CASH_FLOOR_BPS,
            levels: Level.EXECUTED,
            maxSignalAge: MAX_SIGNAL_AGE,
            unwindDelay: UNWIND_DELAY,
            maxPriceAge: MAX_PRICE_AGE,
            entryMaxAge: 10 minutes,
            fillMaxAge: 20 minutes,
            auctionLife: AUCTION_LIFE,
            premiumBps: PREMIUM_BPS,
            slippageBps: SLIPPAGE_BPS,
            venueFeeBps: 5,
            maxDrawdownBps: 4000,
            lossBudgetBps: 100,
            turnoverBudgetBps: 20_000,
            budgetWindow: BUDGET_WINDOW
        });
    }

    function _terms() internal view virtual returns (ShareTerms memory) {
        return ShareTerms({
            depositCap: type(uint128).max,
            entryPausedUntil: 0,
            entrySpreadBps: ENTRY_SPREAD_BPS,
            exitSpreadBps: EXIT_SPREAD_BPS,
            managementFeeBps: 100,
            performanceFeeBps: 1000
        });
    }

    function _allocations(uint256 count) private pure returns (Allocation[] memory allocations) {
        allocations = new Allocation[](count);
        for (uint256 i; i < count; ++i) {
            allocations[i] = Allocation({capBps: uint16(9500 / count), shareBps: uint16(BPS / count)});
        }
    }

    function _vaultParams() private view returns (VaultParams memory) {
        Position[] memory positions = new Position[](tokens.length);
        for (uint256 i; i < tokens.length; ++i) {
            positions[i] = Position({token: address(tokens[i]), market: _market(i), feed: _feed(i)});
        }
        return VaultParams({
            asset: IERC20Metadata(address(base)),
            name: "Stage",
            symbol: "STAGE",
            priceBook: IPriceBook(address(book)),
            signalFeed: ISignalFeed(address(feed)),
            mandate: mandate,
            positions: positions
        });
    }

    /* MARKET */

    /// A new price for each position, the old one over again.
    function _refreshPrices() internal {
        for (uint256 i; i < tokens.length; ++i) {
            book.set(_market(i), _price(i));
        }
    }

    function _price(uint256 index) internal view returns (uint128 price) {
        (price,,) = book.peek(_market(index));
    }

    function _publish(uint256 index, int64 value) internal {
        feed.set(_feed(index), ++rounds[index], value);
    }

    /* VALUE */

    /// Base units at the stored price.
    function _value(uint256 index, uint256 amount, Math.Rounding rounding) internal view returns (uint256) {
        uint256 baseUnit = 10 ** base.decimals();
        uint256 tokenUnit = 10 ** tokens[index].decimals();
        return Math.mulDiv(amount, uint256(_price(index)) * baseUnit, 1e8 * tokenUnit, rounding);
    }

    function _nav() internal view returns (uint256 nav) {
        nav = vault.idle();
        for (uint256 i; i < tokens.length; ++i) {
            nav += _value(i, vault.holding(i), Math.Rounding.Floor);
        }
    }

    /* PEOPLE */

    function _pay(IMintableToken token, address payer, uint256 amount) internal {
        token.mint(payer, amount);
        vm.prank(payer);
        token.approve(address(vault), amount);
    }

    function _deposit(address owner, uint256 assets) internal returns (uint256 shares) {
        _pay(base, owner, assets);
        vm.prank(owner);
        shares = vault.deposit(assets, owner);
    }

    /// Fills `amount` at the present price out of `filler`'s pocket.
    function _fill(uint256 position, address filler, uint256 amount) internal returns (uint256 baseAmount) {
        bool isPurchase = vault.openAuction(position).remaining > 0;
        (baseAmount,,,) = vault.quoteFill(position, amount);
        if (isPurchase) _pay(tokens[position], filler, amount);
        else _pay(base, filler, baseAmount);
        vm.prank(filler);
        vault.fill(position, amount, baseAmount, "");
    }
}
